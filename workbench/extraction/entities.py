"""All rules over one text, overlaps settled: what its form gives away wins over lists, lists over capitals."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import islice

from workbench.extraction import patterns
from workbench.extraction.acronyms import explained
from workbench.extraction.atoms import atoms_of
from workbench.extraction.bodies import telling_names
from workbench.extraction.code_names import code_names
from workbench.extraction.entries import technology_names
from workbench.extraction.gazetteer import listed_names
from workbench.extraction.names import capitalised_names
from workbench.extraction.people import people
from workbench.extraction.spans import EntitySpan
from workbench.extraction.terms import technical_terms
from workbench.extraction.versions import versions

MAX_MENTIONS = 1_000
"""Spans kept of one text, the first ones: a five-megabyte list of addresses must not become 200,000 events."""

MAX_CANDIDATES = 4 * MAX_MENTIONS
"""Matches looked at per rule, so that time and memory stay bounded when one rule fires at every word."""


class _Taken:
    """Which characters belong to a span already."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self.spans: list[EntitySpan] = []

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


def _covered(one: EntitySpan, listed: list[EntitySpan]) -> bool:
    """Whether a listed name is the same span or goes beyond it."""
    at = bisect_right(listed, one.start, key=lambda other: other.start) - 1
    return at >= 0 and listed[at].end >= one.end


def extract(text: str) -> list[EntitySpan]:
    """Entities of a text, in its order, not overlapping; at most `MAX_MENTIONS`.

    Types: those of `workbench.extraction.types`. What stands in a code block is part of the block.

    Examples
    --------
    >>> [(one.entity_type, one.name) for one in extract("We moved from kafka 3.9 to Redis; good.")]
    [('technology', 'Apache Kafka'), ('version', 'Apache Kafka 3.9'), ('database', 'Redis')]
    """
    taken = _Taken()
    taken.add(patterns.code_blocks(text))
    taken.add(patterns.urls(text))
    taken.add(patterns.emails(text))
    listed = technology_names()
    taken.add(one for one in patterns.file_paths(text) if one.name.casefold() not in listed)
    taken.add(patterns.dates(text))
    taken.add(patterns.money(text))
    taken.add(patterns.mentions(text))
    atoms = atoms_of(text)
    names = list(listed_names(atoms))
    longer = _Taken()
    longer.add(telling_names(text))
    longer.add(people(text))
    taken.add(one for one in longer.spans if not _covered(one, names))
    taken.add(technical_terms(atoms, names))
    taken.add(names)
    taken.add(versions(text, taken.before))
    taken.add(code_names(atoms))
    taken.widen(explained(text, taken.spans))
    taken.add(capitalised_names(text))
    return taken.spans[:MAX_MENTIONS]
