"""Technical terms that no list has: a known kind of noun behind modifiers that make it a term.

"Regularised", "multi-layer" or "Markov" before *network*, *classifier* or *recognition* names a thing; "big" or
"the new" does not. A listed name before such a noun is a modifier too ("AdaBoost algorithm").
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from workbench.extraction.atoms import Atoms
from workbench.extraction.entries import data_lines, words
from workbench.extraction.spans import EntitySpan, span
from workbench.extraction.types import ALGORITHM, METRIC

_MOST_MODIFIERS = 4
_MOST_PIECES = 4  # of one compound with hyphens
_SAME_THING = frozenset({"algorithm", "algorithms", "classifier", "metric", "method", "model", "technique"})
_MODIFYING = frozenset({ALGORITHM, METRIC})


@lru_cache(maxsize=1)
def heads() -> dict[str, str]:
    """Noun -> the type of the terms that it ends."""
    found = {}
    for line in data_lines("heads.txt"):
        entity_type, _, nouns = line.partition(": ")
        found.update(dict.fromkeys(nouns.split(), entity_type))
    return found


class _Before:
    """Listed spans by where they end."""

    def __init__(self, spans: Sequence[EntitySpan]) -> None:
        self._ends = [one.end for one in spans]
        self._spans = spans

    def crosses(self, start: int, end: int) -> bool:
        """Whether a listed name other than a modifier lies in ``[start, end)``."""
        at = bisect_right(self._ends, start)
        return at < len(self._ends) and self._spans[at].start < end

    def ending(self, end: int) -> EntitySpan | None:
        at = bisect_left(self._ends, end)
        found = self._spans[at] if at < len(self._ends) and self._ends[at] == end else None
        return found if found is not None and found.entity_type in _MODIFYING else None


def _joined(text: str, end: int, start: int) -> bool:
    """Whether one space or hyphen stands between."""
    return start - end == 1 and text[end] in " -–"


def _modifiers(atoms: Atoms, head: int, before: _Before) -> tuple[int, EntitySpan | None]:
    """First atom of the modifiers of a head, and the listed name directly before the head."""
    text, at = atoms.text, head
    known = words("modifiers")
    listed: EntitySpan | None = None
    for _ in range(_MOST_MODIFIERS):
        if at == 0 or not _joined(text, atoms.ends[at - 1], atoms.starts[at]):
            break
        name = before.ending(atoms.ends[at - 1])
        if name is not None:
            if at == head:
                listed = name
            at = bisect_left(atoms.starts, name.start)
            continue
        first, least = at - 1, max(0, at - _MOST_PIECES)
        while first > least and atoms.ends[first - 1] + 1 == atoms.starts[first] and text[atoms.ends[first - 1]] == "-":
            first -= 1
        compound = text[atoms.starts[first] : atoms.ends[at - 1]].casefold()
        if compound not in known and atoms.folded[at - 1] not in known and not compound.endswith("-based"):
            break
        at = first
    return at, listed


def _name(term: str) -> str:
    """The same at the start of a sentence as within."""
    return term if term.isupper() else term[0].lower() + term[1:]


def technical_terms(atoms: Atoms, listed: Sequence[EntitySpan]) -> Iterator[EntitySpan]:
    """Spans of terms, in no particular order; `listed` are the spans of listed names, in their order."""
    known, before = heads(), _Before(listed)
    for one in listed:
        if one.entity_type == ALGORITHM:
            first, _ = _modifiers(atoms, bisect_left(atoms.starts, one.start), before)
            start = atoms.starts[first]
            if start < one.start and not before.crosses(start, one.start):
                yield span(ALGORITHM, _name(atoms.text[start : one.end]), start, one.end, confidence=0.6, method="term")
    for head, word in enumerate(atoms.folded):
        entity_type = known.get(word)
        if entity_type is None:
            continue
        first, name = _modifiers(atoms, head, before)
        if first == head:
            continue
        start, end = atoms.starts[first], atoms.ends[head]
        if before.crosses(name.end if name else start, end):
            continue
        if name is not None and name.start == start and word in _SAME_THING:
            yield span(name.entity_type, name.name, start, end, confidence=0.75, method="term")
        else:
            yield span(
                entity_type,
                _name(atoms.text[start:end]),
                start,
                end,
                confidence=0.6,
                method="term",
            )
