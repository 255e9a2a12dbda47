"""Overlaps settled: who comes first keeps its characters."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import islice

from workbench.extraction.spans import EntitySpan

MAX_MENTIONS = 1_000
"""Spans kept of one text, the first ones: a five-megabyte list of addresses must not become 200,000 events."""

MAX_CANDIDATES = 4 * MAX_MENTIONS
"""Matches looked at per rule, so that time and memory stay bounded when one rule fires at every word."""


class Taken:
    """Spans kept so far, in the order of the text, none over another."""

    def __init__(self, spans: Iterable[EntitySpan] = ()) -> None:
        self._starts: list[int] = []
        self.spans: list[EntitySpan] = []
        self.add(spans)

    def add(self, candidates: Iterable[EntitySpan]) -> None:
        """Keep those that overlap nothing kept before; of one rule the earlier, then the longer."""
        for one in sorted(
            islice(candidates, MAX_CANDIDATES), key=lambda found: (found.start, -found.end, found.entity_id)
        ):
            at = bisect_left(self._starts, one.start)
            free = (at == 0 or self.spans[at - 1].end <= one.start) and (
                at == len(self.spans) or one.end <= self.spans[at].start
            )
            if free:
                self._starts.insert(at, one.start)
                self.spans.insert(at, one)

    def widen(self, candidates: Iterable[EntitySpan]) -> None:
        """Take these in the place of what lies within them."""
        for one in list(candidates):
            low = bisect_left(self._starts, one.start)
            high = bisect_left(self._starts, one.end)
            if (low == 0 or self.spans[low - 1].end <= one.start) and (
                high == low or self.spans[high - 1].end <= one.end
            ):
                self._starts[low:high] = [one.start]
                self.spans[low:high] = [one]

    def before(self, position: int) -> EntitySpan | None:
        """The last kept span that ends at or before a position."""
        at = bisect_left(self._starts, position)
        return self.spans[at - 1] if at else None
