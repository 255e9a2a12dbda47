"""Links to clusters, with a guard: no chain of weak links, and nothing that is held apart is brought together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from workbench.linking.entity import Link
from workbench.linking.weights import STRONG_SCORE

SUPPORT = 0.5
"""Share of the compared pairs across two clusters that must be links before a weak link joins them."""


class Clusters:
    """Disjoint sets of entity ids that grow link by link."""

    def __init__(self, apart: Iterable[tuple[str, str]], scored: Mapping[str, Mapping[str, bool]]) -> None:
        self._root: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._apart: dict[str, set[str]] = defaultdict(set)
        self._scored = scored
        for left, right in apart:
            self._apart[left].add(right)
            self._apart[right].add(left)

    def root(self, entity_id: str) -> str:
        """The id that stands for the cluster."""
        return self._root.get(entity_id, entity_id)

    def _of(self, root: str) -> list[str]:
        return self._members.get(root, [root])

    def _supported(self, small: list[str], large: str) -> bool:
        votes = [
            linked
            for member in small
            for other, linked in self._scored.get(member, {}).items()
            if self.root(other) == large
        ]
        return sum(votes) >= SUPPORT * len(votes)

    def join(self, link: Link) -> bool:
        """Bring a link's ends together unless the guard refuses; whether they are together afterwards."""
        left, right = self.root(link.left), self.root(link.right)
        if left == right:
            return True
        if right in self._apart[left]:
            return False
        if len(self._of(left)) < len(self._of(right)):
            left, right = right, left
        moved = self._of(right)
        if link.score < STRONG_SCORE and not self._supported(moved, left):
            return False
        self._members[left] = [*self._of(left), *moved]
        for member in moved:
            self._root[member] = left
        for other in self._apart.pop(right, ()):
            self._apart[other].discard(right)
            self._apart[other].add(left)
            self._apart[left].add(other)
        return True
