"""Names from the project's own lists (``lists/``, one a type), matched as whole tokens, never inside a word.

A name that is an everyday word too ("Go", "Spring", "Target") needs its exact capitals and, for a technology, a sign
within reach: a word such as *language* or *library*, or another technology that cannot be mistaken.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import islice

from workbench.extraction.spans import EntitySpan, span
from workbench.extraction.types import PLACE, TECHNOLOGY_TYPES

_ATOM = re.compile(r"[^\W_]+")
_CUE = re.compile(
    r"\b(?:languages?|cod(?:e|ing)|programm\w{0,6}|frameworks?|librar(?:y|ies)|packages?|databases?|servers?|clusters?|apis?"
    r"|sdk|install\w{0,5}|deploy\w{0,6}|quer(?:y|ies)|compilers?|runtime|modules?|backend|frontend|containers?|pipelines?"
    r"|llms?|repo|scripts?|plugins?)\b",
    re.IGNORECASE,
)
_CUE_CHARS = 60  # characters to either side within the sentence, about ten words: further away it is another thought
_MAX_CANDIDATES = 10_000  # matches looked at in one text
_MAX_DOUBTFUL = 2_000  # names looked at for signs in one text: five megabytes of "Go " must not take a minute
_SENTENCE_END = re.compile(r"[.!?;\n](?:\s|$)")
_ANY_CASE_FROM = 3  # letters; a shorter name in other letters ("go", "r") is an everyday word
_BEFORE = frozenset("@#$_\\")
_AFTER = frozenset("@_")


@dataclass(frozen=True)
class Entry:
    """One spelling of one listed name."""

    entity_type: str
    name: str
    spelling: str
    ambiguous: bool

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The spelling at a position: exact capitals when they matter."""
        flags = re.IGNORECASE if self.any_case else 0
        return re.compile(r"\s+".join(re.escape(part) for part in self.spelling.split()), flags)

    @property
    def any_case(self) -> bool:
        """Whether another case is the same name: only for technologies that are no everyday word."""
        return self.technical and not self.ambiguous and len(self.spelling) >= _ANY_CASE_FROM

    @property
    def technical(self) -> bool:
        """Whether it names a technology of any kind."""
        return self.entity_type in TECHNOLOGY_TYPES


def data_lines(name: str) -> list[str]:
    """Lines of a data file of this package, without comments."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Everyday words in lower case."""
    return frozenset(word for line in data_lines("common_words.txt") for word in line.split())


def listed_types() -> list[str]:
    """Types that have a list, by the lists' file names."""
    lists = files(__package__).joinpath("lists").iterdir()
    return sorted(one.name.removesuffix(".tsv") for one in lists if one.name.endswith(".tsv"))


@lru_cache(maxsize=1)
def _by_first_atom() -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entity_type in listed_types():
        for line in data_lines(f"lists/{entity_type}.tsv"):
            name, others, flag, *_ = (*line.split("\t"), "", "")
            for spelling in (name, *filter(None, others.split("|"))):
                everyday = flag == "1" or spelling.casefold() in common_words()
                first = _ATOM.search(spelling)
                if first is not None:
                    entry = Entry(entity_type, name, spelling, everyday and entity_type != PLACE)
                    found.setdefault(first.group().casefold(), []).append(entry)
    return {
        atom: tuple(sorted(entries, key=lambda one: (-len(one.spelling), one.spelling)))
        for atom, entries in found.items()
    }


def listed_spellings() -> Iterator[tuple[str, str, str]]:
    """Every spelling with the type and the canonical name that it stands for."""
    for entries in _by_first_atom().values():
        for one in entries:
            yield one.spelling, one.entity_type, one.name


def technology_names() -> frozenset[str]:
    """Every listed spelling of a technology, in lower case (``node.js`` is no file)."""
    return frozenset(
        one.spelling.casefold() for entries in _by_first_atom().values() for one in entries if one.technical
    )


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


def starts_sentence(text: str, start: int) -> bool:
    """Whether nothing but spaces and quotes stands between a sentence's end (or the text's start) and here."""
    at = start - 1
    while at >= 0 and text[at] in " \t\"'“‘([*_>":
        at -= 1
    return at < 0 or text[at] in ".!?…:;\n\r-•–—"


def _candidates(text: str) -> Iterator[tuple[Entry, int, int]]:
    index, taken = _by_first_atom(), 0
    for atom in _ATOM.finditer(text):
        start = atom.start()
        if start < taken:
            continue
        for entry in index.get(atom.group().casefold(), ()):
            lead = 1 if entry.spelling[0] == "." else 0
            if lead and (start == 0 or (start > 1 and text[start - 2].isalnum())):
                continue
            match = entry.pattern.match(text, start - lead)
            if match and _whole(text, match.start(), match.end()):
                taken = match.end()
                yield entry, match.start(), match.end()
                break


def _signed(text: str, start: int, end: int, sure: list[int]) -> bool:
    """Whether the sentence has a cue or an unmistakable technology within reach."""
    reach = _CUE_CHARS if end - start > 1 else _CUE_CHARS // 3
    low = max(0, start - reach)
    low = max((stop.end() for stop in _SENTENCE_END.finditer(text, low, start)), default=low)
    stop = _SENTENCE_END.search(text, end, end + reach)
    high = stop.start() if stop else min(len(text), end + reach)
    near = bisect_left(sure, low)
    return (near < len(sure) and sure[near] < high) or _CUE.search(text, low, high) is not None


def listed_names(text: str) -> Iterator[EntitySpan]:
    """Spans of listed names, in the order of the text."""
    found = list(islice(_candidates(text), _MAX_CANDIDATES))
    sure = [start for entry, start, _ in found if entry.technical and not entry.ambiguous]
    doubtful = 0
    for entry, start, end in found:
        if not entry.ambiguous:
            exact = text[start:end] == entry.spelling
            confidence = 0.95 if entry.technical and exact else 0.85
        elif entry.technical:
            doubtful += 1
            if doubtful > _MAX_DOUBTFUL or not _signed(text, start, end, sure):
                continue
            confidence = 0.7
        elif starts_sentence(text, start):
            continue
        else:
            confidence = 0.6
        yield span(entry.entity_type, entry.name, start, end, confidence=confidence, method="gazetteer")
