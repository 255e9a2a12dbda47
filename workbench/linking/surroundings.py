"""What stands around names: how rare each neighbour is, and which short names have several long ones."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from workbench.linking.kinds import CONTAINABLE, UNKNOWN
from workbench.linking.names import parts_of
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
        self.sessions = max(1, len(sessions))
        self._named_in = {key: max(1, len(where)) for key, where in named.items()}
        self._longer: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        for one in entities:
            if one.type in CONTAINABLE | UNKNOWN:
                for part in parts_of(one.forms):
                    known = self._longer[part].get(one.forms.core_key, frozenset())
                    self._longer[part][one.forms.core_key] = known | one.entity.sessions

    def rarity(self, key: str) -> float:
        """Bits of a name's rarity: log2 of all sessions by those that name it."""
        return math.log2(self.sessions / min(self.sessions, self._named_in.get(key, 1)))

    def longer_names(self, key: str, sessions: frozenset[str] | None = None) -> int:
        """How many longer names begin or end with a short one, in all sessions or in some."""
        longer = self._longer.get(key, {})
        return len(longer) if sessions is None else sum(not sessions.isdisjoint(where) for where in longer.values())

    def shared(self, left: Prepared, right: Prepared) -> tuple[float, list[str]]:
        """Bits that shared neighbours give, and the three that give most; the pair itself does not count."""
        few, many = left.entity.neighbours, right.entity.neighbours
        if len(few) > len(many):
            few, many = many, few
        own = left.own | right.own
        found: list[tuple[float, str]] = []
        for key, weight in few.items():
            if key in many and key not in own:
                found.append((NEIGHBOUR_SHARE * weight * many[key] * self.rarity(key), key))
        found.sort(reverse=True)
        return min(NEIGHBOUR_CAP, sum(bits for bits, _ in found)), [key for _, key in found[:3]]


def together(keys: Iterable[str]) -> str:
    """Keys as a reader's list, in order."""
    return ", ".join(sorted(keys))
