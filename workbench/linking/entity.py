"""What the linker takes and gives: entities with their surroundings in, links that explain themselves out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NOTHING: Mapping[str, float] = {}


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing as the graph knows it, or one name within one session.

    Parameters
    ----------
    entity_id : str
        Unique within the tenant.
    name : str
        The name that texts give it.
    type : str
        A type of the extraction; ``name`` and empty mean that the kind is unknown, ``personal`` is a thing of the
        speaker's ("my car").
    tenant_id : str
        Entities of two tenants are never compared.
    aliases : tuple of str
        Other spellings of the same thing.
    sessions : frozenset of str
        Where it is named.
    neighbours : mapping of str to float
        Key of what is named beside it (`workbench.linking.names.key_of`) -> 1.0 in the same message, less further away.
    organisations : frozenset of str
        Keys of the organisations that are named in the same messages: the employer of a person, the owner of a project.
    stated : frozenset of str
        Ids of entities that a text states to be the same thing ("Lumen Clinic was renamed Clarion Health").
    """

    entity_id: str
    name: str
    type: str = "name"
    tenant_id: str = "default"
    aliases: tuple[str, ...] = ()
    sessions: frozenset[str] = frozenset()
    neighbours: Mapping[str, float] = field(default_factory=lambda: NOTHING)
    organisations: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason for or against a link.

    Parameters
    ----------
    name : str
        Which signal, e.g. ``acronym``, ``shared neighbours``.
    value : str
        What was seen, for a reader, e.g. ``k8s = Kubernetes``.
    bits : float
        What it adds to the log-odds; negative speaks against the link.
    """

    name: str
    value: str
    bits: float


@dataclass(frozen=True, slots=True)
class Link:
    """Two entities that are one thing.

    Parameters
    ----------
    left, right : str
        Entity ids, the smaller one left.
    score : float
        0 to 1: the share of such links that is expected to be right.
    evidence : tuple of Signal
        Every signal that counted; their bits and the prior make the score.
    """

    left: str
    right: str
    score: float
    evidence: tuple[Signal, ...]

    def explained(self) -> str:
        """The evidence as one line.

        Examples
        --------
        >>> Link("a", "b", 0.97, (Signal("acronym", "HPA", 7.0), Signal("type", "technology", 1.5))).explained()
        'acronym: HPA (+7.0); type: technology (+1.5)'
        """
        return "; ".join(f"{one.name}: {one.value} ({one.bits:+.1f})" for one in self.evidence)
