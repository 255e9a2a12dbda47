"""What stands around names: how rare each neighbour is, and which short names have several long ones."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from workbench.linking.entity import Entity
from workbench.linking.kinds import SHORTENED
from workbench.linking.names import Forms, parts_of
from workbench.linking.prepared import Prepared
from workbench.linking.weights import NEIGHBOUR_CAP, NEIGHBOUR_SHARE


class Surroundings:
    """Rarity of names over the sessions of all entities.

    Parameters
    ----------
    entities : sequence of Prepared
    """

    def __init__(self, entities: Sequence[Prepared]) -> None:
        named: dict[str, set[str]] = defaultdict(set)
        sessions: set[str] = set()
        for one in entities:
            sessions |= one.entity.sessions
            for key in one.own:
                named[key] |= one.entity.sessions
        self._spoken = named
        self.sessions = max(1, len(sessions))
        self._named_in = {key: max(1, len(where)) for key, where in named.items()}
        self._longer: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        for one in entities:
            if one.type in SHORTENED:
                for part in parts_of(one.forms):
                    known = self._longer[part].get(one.forms.core_key, frozenset())
                    self._longer[part][one.forms.core_key] = known | one.entity.sessions

    def is_compound(self, forms: Forms, sessions: frozenset[str]) -> bool:
        """Whether the first and the last words of a name are named alone in its sessions (German Romanticism)."""
        spoken = forms.spoken
        return any(
            all(not sessions.isdisjoint(self._spoken.get("".join(part), ())) for part in (spoken[:at], spoken[at:]))
            for at in range(1, len(spoken))
        )

    def rarity(self, key: str) -> float:
        """Bits of a name's rarity: log2 of all sessions by those that name it."""
        return math.log2(self.sessions / min(self.sessions, self._named_in.get(key, 1)))

    def longer_names(self, key: str, sessions: frozenset[str] | None = None) -> int:
        """How many longer names begin or end with a short one, in all sessions or in some."""
        longer = self._longer.get(key, {})
        return len(longer) if sessions is None else sum(not sessions.isdisjoint(where) for where in longer.values())

    def shared(self, left: Prepared, right: Prepared) -> tuple[float, list[str]]:
        """Bits that shared neighbours give, and the three that give most; the pair itself does not count.

        Two names of one session have its other names in common whatever they mean: the larger the part of their
        sessions that they share, the less it counts.
        """
        elsewhere = 1 - shared_sessions(left.entity, right.entity)
        if not elsewhere:
            return 0.0, []
        few, many = left.entity.neighbours, right.entity.neighbours
        if len(few) > len(many):
            few, many = many, few
        own = left.own | right.own
        found: list[tuple[float, str]] = []
        for key, weight in few.items():
            if key in many and key not in own:
                found.append((NEIGHBOUR_SHARE * elsewhere * weight * many[key] * self.rarity(key), key))
        found.sort(reverse=True)
        return min(NEIGHBOUR_CAP, sum(bits for bits, _ in found)), [key for _, key in found[:3]]


def shared_sessions(left: Entity, right: Entity) -> float:
    """The sessions that two entities share, as a part of those of the rarer one.

    Examples
    --------
    >>> one, other = Entity("1", "k8s", sessions=frozenset("ab")), Entity("2", "Kubernetes", sessions=frozenset("bcd"))
    >>> shared_sessions(one, other)
    0.5
    """
    fewer = min(len(left.sessions), len(right.sessions))
    return len(left.sessions & right.sessions) / fewer if fewer else 0.0


def together(keys: Iterable[str]) -> str:
    """Keys as a reader's list, in order."""
    return ", ".join(sorted(keys))
