"""Listed names in a text, matched as whole tokens, never inside a word.

A name that is an everyday word too ("Go", "Spring", "table") needs a sign within reach: a word such as *language* or
*library*, or another technology that cannot be mistaken. Common nouns need it anywhere in their sentence.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice

from workbench.extraction.atoms import Atoms, starts_sentence
from workbench.extraction.entries import Entry, by_atoms, longest_by_first_atom, words
from workbench.extraction.spans import EntitySpan, span
from workbench.extraction.types import ALGORITHM, CLASS_NAME, COMMON_NOUN_TYPES, CONCEPT, METRIC

_SIGN_CHARS = 60  # characters to either side within the sentence, about ten words: further away it is another thought
_SENTENCE_CHARS = 200  # the same for a common noun
_LONG = 5  # letters: "Windows" is an everyday word less often than "Go"
_LETTER_CHARS = 20  # the same for a name of one letter
_MAX_CANDIDATES = 10_000  # matches looked at in one text
_USED = re.compile(
    r"\b(?:us(?:e|es|ed|ing)|(?:runs?|running|built|based|hosted)[ ](?:on|with)|(?:written|implemented)[ ]in"
    r"|(?:migrat|switch|mov|upgrad)\w{0,4}[ ](?:to|from)|via|powered[ ]by|compared[ ](?:to|with))[ ]$"
)
_VERSION = re.compile(r"[ ]v?\d{1,4}\.\d")
_BEFORE = frozenset("@#$_\\")
_AFTER = frozenset("@_")
_TECHNICAL = frozenset({ALGORITHM, CLASS_NAME, CONCEPT, METRIC})


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a span is no part of a longer word or dotted identifier."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    beyond = text[end + 1] if end + 1 < len(text) else " "
    if before.isalnum() or before in _BEFORE or after.isalnum() or after in _AFTER:
        return False
    if before == "." and start > 1 and not text[start - 2].isspace():
        return False
    return not (after in ".:(" and (beyond.isalnum() or beyond in "_)")) and not (
        after in "+#" and not beyond.isspace()
    )


def _at(text: str, entry: Entry, start: int, end: int) -> tuple[int, int] | None:
    """The span of an entry whose atoms stand at a position."""
    spelling = entry.spelling
    lead = 1 if spelling[0] == "." else 0
    if lead and (start == 0 or (start > 1 and text[start - 2].isalnum())):
        return None
    begin = start - lead
    written = text[begin : begin + len(spelling)]
    if written == spelling and begin + len(spelling) >= end:
        stop = begin + len(spelling)
    else:
        if not entry.any_case and not entry.plural and " " not in spelling:
            return None
        match = entry.pattern.match(text, begin)
        if match is None or match.end() < end:
            return None
        stop = match.end()
    return (begin, stop) if _whole(text, begin, stop) else None


def _candidates(atoms: Atoms) -> Iterator[tuple[Entry, int, int]]:
    longest, index, text = longest_by_first_atom(), by_atoms(), atoms.text
    starts, ends, folded = atoms.starts, atoms.ends, atoms.folded
    taken = 0
    for at, first in enumerate(folded):
        most = longest.get(first)
        if most is None or starts[at] < taken:
            continue
        for count in range(min(most, len(folded) - at), 0, -1):
            many = index.get(tuple(folded[at : at + count]))
            if many is None:
                continue
            found = next(
                ((one, *where) for one in many if (where := _at(text, one, starts[at], ends[at + count - 1]))), None
            )
            if found is not None:
                taken = found[2]
                yield found
                break


class _Signs:
    """Where a text says that it is technical."""

    def __init__(self, atoms: Atoms, found: list[tuple[Entry, int, int]]) -> None:
        known = words("signs")
        sure = [
            start
            for entry, start, _ in found
            if not entry.everyday and (entry.technical or entry.entity_type in _TECHNICAL)
        ]
        said = [start for start, word in zip(atoms.starts, atoms.folded, strict=True) if word in known]
        self._atoms = atoms
        self._positions = sorted({*sure, *said})

    def near(self, start: int, end: int, reach: int) -> bool:
        """Whether another sign of the same sentence is within reach."""
        first = bisect_left(self._positions, start - reach)
        sentence = self._atoms.sentence(start)
        for position in self._positions[first : first + 8]:
            if position > end + reach:
                return False
            if not start <= position < end and self._atoms.sentence(position) == sentence:
                return True
        return False


def _reach(entry: Entry, start: int, end: int) -> int:
    if end - start == 1:
        return _LETTER_CHARS
    return _SENTENCE_CHARS if end - start >= _LONG and entry.technical else _SIGN_CHARS


def _in_use(text: str, start: int, end: int, entry: Entry) -> bool:
    """Whether the words before say that it is used, "written in Go", or a version follows, "Go 1.24"."""
    if not entry.technical or text[start:end] != entry.spelling:
        return False
    return _USED.search(text, max(0, start - 24), start) is not None or _VERSION.match(text, end) is not None


def listed_names(atoms: Atoms) -> Iterator[EntitySpan]:
    """Spans of listed names, in the order of the text."""
    text = atoms.text
    found = list(islice(_candidates(atoms), _MAX_CANDIDATES))
    signs = _Signs(atoms, found)
    for entry, start, end in found:
        if entry.entity_type in COMMON_NOUN_TYPES:
            if entry.everyday and not signs.near(start, end, _SENTENCE_CHARS):
                continue
            confidence = 0.4
        elif not entry.everyday:
            exact = text[start:end] == entry.spelling
            confidence = 0.95 if entry.technical and exact else 0.85
        elif entry.technical or entry.entity_type in _TECHNICAL:
            if not signs.near(start, end, _reach(entry, start, end)) and not _in_use(text, start, end, entry):
                continue
            confidence = 0.7
        elif starts_sentence(text, start):
            continue
        else:
            confidence = 0.6
        yield span(entry.entity_type, entry.name, start, end, confidence=confidence, method="gazetteer")
