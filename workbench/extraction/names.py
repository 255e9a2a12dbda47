"""Proper names by their capitals: low confidence, but small talk has hardly any other entities.

A run of capitalised words within a sentence is a name unless its only word is an everyday one. At the start of a
sentence, where every word has a capital, everyday words are dropped from the run and one left-over word is a name
only when the text has it elsewhere within a sentence. Texts in capitals or in title case say nothing and give nothing.
"""

import re
from collections.abc import Iterator

from workbench.extraction.atoms import starts_sentence
from workbench.extraction.cues import kind_of
from workbench.extraction.entries import common_words
from workbench.extraction.spans import EntitySpan, span

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĻŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽΑ-ΩА-ЯЁ"
_HUMP = rf"[{_UPPER}][^\W\d_A-Z]{{1,30}}"
_WORD = rf"(?:Mc|Mac|O['’]|D['’])?{_HUMP}(?:-?{_HUMP}){{0,3}}"  # "Anne-Marie", "HelixAgent"
_ACRONYM = r"[A-Z]{3,6}"
_RUN = re.compile(
    rf"(?<![\w@#'’./\\\-])(?:{_WORD}|{_ACRONYM})"
    rf"(?:(?:['’]s)?[ ](?:(?:of|of[ ]the|de|da|van|von|del|la)[ ])?(?:{_WORD})){{0,4}}(?![\w@]|[.'’\-]\w{{3}})"
)
_ACTS = re.compile(
    r"[ ](?:received|won|earned|studied|taught|wrote|argued|proposed|invented|co-?founded|joined|published|graduated)\b"
)
_WORDS = re.compile(r"[^\W\d_]{2,}")
_SAMPLE_WORDS = 200  # enough to tell a shouted or title-case text from prose
_MOSTLY = 0.6


def _says_nothing(text: str) -> bool:
    """Whether so many words have capitals that a capital is no sign."""
    words = [found.group() for _, found in zip(range(_SAMPLE_WORDS), _WORDS.finditer(text), strict=False)]
    capital = sum(1 for word in words if word[0].isupper())
    return len(words) >= 6 and capital > _MOSTLY * len(words)


def _everyday(word: str) -> bool:
    return word.casefold().replace("’", "'") in common_words()


def _shouted(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - 12) : start] + " " + text[end : end + 12]
    return any(word.isupper() for word in re.findall(r"[^\W\d_]{2,}", around))


def _trimmed(text: str, start: int, end: int) -> tuple[int, list[str]]:
    """Drop everyday words from the front of a run that starts a sentence."""
    words = text[start:end].split(" ")
    while words and (_everyday(words[0]) or words[0].islower()):
        start += len(words.pop(0)) + 1
    return start, words


def capitalised_names(text: str) -> Iterator[EntitySpan]:
    """Spans of proper names, in the order of the text; type ``name``."""
    if _says_nothing(text):
        return
    within: set[str] = set()
    waiting: list[tuple[int, int, str]] = []
    for found in _RUN.finditer(text):
        start, end = found.span()
        first = starts_sentence(text, start)
        words = found.group().split(" ")
        if first:
            trimmed, words = _trimmed(text, start, end)
            first, start = trimmed == start, trimmed
        name = " ".join(words)
        if not words or (len(words) == 1 and _everyday(name)):
            continue
        if name.isupper():
            if not first and not _shouted(text, start, end):
                within.add(name)
                yield span("name", name, start, end, confidence=0.4, method="capitals")
        elif not first:
            within.add(name)
            kind, confidence, method = kind_of(text, start, end)
            yield span(kind, name, start, end, confidence=confidence, method=method)
        elif len(words) > 1 or _ACTS.match(text, end):
            kind, confidence, method = kind_of(text, start, end)
            yield span(kind, name, start, end, confidence=confidence - 0.1, method=method)
        else:
            waiting.append((start, end, name))
    for start, end, name in waiting:
        if name in within:
            yield span("name", name, start, end, confidence=0.4, method="capitals")
