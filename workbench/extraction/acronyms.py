"""Long forms and acronyms that a text explains itself: *command success rate (CSR)*.

After Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical text" (2003),
narrowed to initials: every letter of the acronym begins a word of the long form, in order; small words may be skipped.
The acronym takes the entity of its long form, so that both are one node.
"""

import re
from collections.abc import Iterator, Sequence

from workbench.extraction.spans import EntitySpan, span
from workbench.extraction.terms import heads
from workbench.extraction.types import CONCEPT, NAME

_IN_BRACKETS = re.compile(r"\([ ]?([A-Z][A-Za-z]{0,6}[A-Z])(?:s)?[ ]?[),;]")
_WORD = re.compile(r"[^\W_]+")
_SKIPPED = frozenset({"of", "the", "and", "for", "in", "on", "to", "a", "by", "with", "&"})
_WINDOW = 120  # characters before the bracket: the longest long form looked for
_GAPS = frozenset(" -–/")


def _long_form(before: str, acronym: str) -> int | None:
    """Where in the text before a bracket the long form begins."""
    words = list(_WORD.finditer(before))
    letters = [letter.casefold() for letter in acronym]
    at = len(words) - 1
    end = len(before)
    start = None
    while letters:
        if at < 0 or len(before[words[at].end() : end].strip(" -–/")) > 0:
            return None
        word = words[at].group().casefold()
        if word[0] == letters[-1]:
            letters.pop()
            start = words[at].start()
        elif word not in _SKIPPED or start is None:
            return None
        end = words[at].start()
        at -= 1
    return start


def explained(text: str, spans: Sequence[EntitySpan]) -> Iterator[EntitySpan]:
    """Spans of long forms and their acronyms, given the spans found so far."""
    known = {(one.start, one.end): one for one in spans}
    by_end = {one.end: one for one in spans}
    for found in _IN_BRACKETS.finditer(text):
        low = max(0, found.start() - _WINDOW)
        before = text[low : found.start()].rstrip(" ")
        start = _long_form(before, found[1])
        if start is None:
            continue
        where = (low + start, low + len(before))
        long_form = text[slice(*where)]
        named = known.get(where)
        if named is None:
            last = by_end.get(where[1])
            if last is not None and last.start > where[0]:
                kind = last.entity_type
            else:
                kind = heads().get(long_form.split(" ")[-1].casefold(), NAME if long_form[0].isupper() else CONCEPT)
            named = span(kind, long_form, *where, confidence=0.75, method="explained acronym")
            yield named
        yield span(named.entity_type, named.name, *found.span(1), confidence=0.8, method="explained acronym")
