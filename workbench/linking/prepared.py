"""An entity made ready for comparison: the forms of its names and what the list knows of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from workbench.linking.aliases import is_doubtful, listed_as
from workbench.linking.entity import Entity
from workbench.linking.kinds import SPELLINGS, UNKNOWN
from workbench.linking.names import Forms, forms_of


@dataclass(frozen=True)
class Prepared:
    """An entity with its forms.

    Parameters
    ----------
    entity : Entity
    forms : Forms
        Of its name.
    type : str
        The entity's; where it is unknown, what a word of the name gives away.
    stated : frozenset of str
        Keys of the names that some text states to be the same thing as this name.
    """

    entity: Entity
    forms: Forms
    type: str
    stated: frozenset[str] = frozenset()

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of the name and of the entity's other spellings."""
        others = (forms_of(alias, self.type) for alias in self.entity.aliases)
        return frozenset({self.forms.key, self.forms.core_key, self.forms.bare_key, *(one.core_key for one in others)})

    @cached_property
    def listed(self) -> frozenset[str]:
        """Keys of the well-known things that the name may stand for."""
        forms = self.forms
        return listed_as(forms.key) or listed_as(forms.core_key) or listed_as(forms.bare_key)

    @cached_property
    def doubtful(self) -> bool:
        """Whether the listed name may be something else."""
        return any(is_doubtful(key) for key in (self.forms.key, self.forms.core_key, self.forms.bare_key))

    @cached_property
    def own(self) -> frozenset[str]:
        """Keys under which the entity may stand among the neighbours of another one."""
        return self.keys | self.listed


def _everywhere(entities: Sequence[Entity]) -> dict[tuple[str, str], set[str]]:
    """Statements that hold in every session: those about names that say enough by themselves, both ways round."""
    by_id = {(one.tenant_id, one.entity_id): one for one in entities}
    found: dict[tuple[str, str], set[str]] = {}
    for one in entities:
        for other_id in one.stated:
            other = by_id.get((one.tenant_id, other_id))
            if other is None or "personal" in (one.type, other.type):
                continue
            left, right = forms_of(one.name, one.type), forms_of(other.name, other.type)
            if not left.short and not right.short:
                found.setdefault((one.tenant_id, left.core_key), set()).add(right.core_key)
                found.setdefault((one.tenant_id, right.core_key), set()).add(left.core_key)
    return found


def prepare(entities: Iterable[Entity]) -> list[Prepared]:
    """Entities with their forms, in the order of their ids."""
    given = sorted(entities, key=lambda one: (one.tenant_id, one.entity_id))
    everywhere = _everywhere(given)
    found = []
    for entity in given:
        kind = SPELLINGS.get(entity.type, entity.type)
        forms = forms_of(entity.name, kind)
        known = kind not in UNKNOWN or kind == "personal"
        stated = frozenset(everywhere.get((entity.tenant_id, forms.core_key), ()))
        found.append(Prepared(entity, forms, kind if known else forms.implied or kind, stated))
    return found


def neighbour_key(name: str, type: str = "name") -> str:
    """The key of a name as a neighbour: the listed thing where it stands for one alone, so that k8s is Kubernetes.

    Examples
    --------
    >>> neighbour_key("k8s"), neighbour_key("the shipment indexer")
    ('kubernetes', 'shipmentindexer')
    """
    key = forms_of(name, type).bare_key
    listed = listed_as(key)
    return next(iter(listed)) if len(listed) == 1 else key
