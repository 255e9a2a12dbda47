"""Which events of which node a replica has, exactly, also while some are late (pure).

A vector clock says "all up to n". Between two topic partitions, after a dead letter or a re-sent event, a
replica may have n + 1 without n; counting that as n + 1 would lose n for ever.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workbench.memory.clocks import Dot

Ranges = tuple[tuple[int, int], ...]
"""Half-open, ascending, apart from each other: ``((1, 5), (7, 8))`` is 1, 2, 3, 4 and 7."""


def with_range(ranges: Iterable[tuple[int, int]], first: int, end: int) -> Ranges:
    """The ranges and one more, joined where they touch.

    Examples
    --------
    >>> with_range(((1, 5), (7, 8)), 5, 7)
    ((1, 8),)
    """
    found: list[tuple[int, int]] = []
    for low, high in sorted([*ranges, (first, end)]):
        if low >= high:
            continue
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Seen:
    """Node -> numbers of its events that are here.

    Parameters
    ----------
    ranges : mapping of str to Ranges

    Examples
    --------
    >>> seen = Seen().add(Dot("a", 1)).add(Dot("a", 3))
    >>> seen.clock(), seen.has(Dot("a", 3)), seen.last("a"), seen.late()
    ({'a': 1}, True, 3, 1)
    """

    ranges: Mapping[str, Ranges] = field(default_factory=dict)

    def add(self, dot: Dot) -> "Seen":
        """With one more event."""
        return self.add_range(dot.node_id, dot.counter, dot.counter + 1)

    def add_range(self, node_id: str, first: int, end: int) -> "Seen":
        """With the events of a node from `first` up to, not including, `end`."""
        return Seen({**self.ranges, node_id: with_range(self.ranges.get(node_id, ()), first, end)})

    def has(self, dot: Dot) -> bool:
        """Whether an event is here."""
        return any(low <= dot.counter < high for low, high in self.ranges.get(dot.node_id, ()))

    def clock(self) -> dict[str, int]:
        """Node -> the number up to which all of its events are here."""
        return {node: ranges[0][1] - 1 for node, ranges in sorted(self.ranges.items()) if ranges and ranges[0][0] <= 1}

    def last(self, node_id: str) -> int:
        """The highest number of a node's events that are here, 0 when there is none."""
        ranges = self.ranges.get(node_id, ())
        return ranges[-1][1] - 1 if ranges else 0

    def late(self) -> int:
        """How many events are missing below ones that are here."""
        clock = self.clock()
        return sum(
            self.last(node)
            - clock.get(node, 0)
            - sum(high - low for low, high in ranges if low > clock.get(node, 0) + 1)
            for node, ranges in self.ranges.items()
        )
