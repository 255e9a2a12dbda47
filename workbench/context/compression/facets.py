"""What a text holds that a compression must not lose: entities, numbers, dates, negations, code identifiers.

Everything but the entities is found by patterns that look at nothing around them, so that what is kept of a text is
found in the kept part, too. Words are English; in other languages entities, numbers and code are found.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from workbench.extraction import extract
from workbench.extraction.types import CODE_TYPES, COMMON_NOUN_TYPES, FORM_TYPES

Kind = Literal["entities", "numbers", "dates", "negations", "code"]
KINDS: tuple[Kind, ...] = ("entities", "numbers", "dates", "negations", "code")

Item = tuple[Kind, str]
"""A kind and what was found, lower case but for code."""

KEPT_TEXTS = 16_384
"""Sentences whose items are remembered: finding entities takes 100 µs a sentence, and a window looks at the same
sentences again and again. At most some 20 MB."""

_LEFT_TO_PATTERNS = (FORM_TYPES - {"email", "url", "mention"}) | CODE_TYPES | COMMON_NOUN_TYPES
_WORD = re.compile(r"\w+")
_COUNTED = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion dozen half twice"
)
_NUMBER = re.compile(
    rf"(?<![\w.])[$€£¥]?\d{{1,18}}(?:[.,:]\d{{1,9}}){{0,4}}[%kKmMbB]?(?!\w)|\b(?:{'|'.join(_COUNTED.split())})\b", re.I
)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_UNITS = "second|minute|hour|day|night|week|weekend|month|year|decade|summer|winter|spring|fall|autumn"
_SPELT = "|".join(_COUNTED.split()[:20])
_DATE = re.compile(
    r"(?<![\w\-])\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?(?![\d\-])"
    rf"|\b(?:{'|'.join(_MONTHS)})\b(?: \d{{1,2}}(?:st|nd|rd|th)?(?!\d))?(?:,? \d{{4}})?"
    r"|\bMay(?= \d)(?: \d{1,2}(?:st|nd|rd|th)?(?!\d))?(?:,? \d{4})?"
    rf"|\b(?:{'|'.join(_DAYS)})\b"
    r"|\b(?i:yesterday|today|tonight|tomorrow|the day (?:after tomorrow|before yesterday))\b"
    rf"|\b(?i:last|next|this|every|past)(?: (?:few|couple of))? (?i:(?:{_UNITS})s?)\b"
    rf"|\b(?i:a|an|\d{{1,4}}|few|{_SPELT}) (?i:{_UNITS})s? (?i:ago|before|later|from now)\b"
    rf"|\b(?i:in|for|since) (?i:a|\d{{1,4}}|{_SPELT}) (?i:{_UNITS})s?\b"
    r"|\b(?:19|20)\d{2}\b"
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|can't|won't|\w{2,8}n['’]t)\b", re.I
)
_AFTER_NEGATION = re.compile(
    r"\W{1,3}(?:(?:a|an|the|any|to|be|been|have|it|that|so|really|very|even)\W{1,3})*(\w+)", re.I
)
_CODE = re.compile(
    r"`[^`\n]{1,120}`"
    r"|(?<![\w.])[A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{0,60}){1,8}(?:\(\))?"
    r"|\b[A-Za-z_]\w{0,60}\(\)"
    r"|\b[A-Za-z0-9]{1,40}(?:_[A-Za-z0-9]{1,40}){1,8}\b"
    r"|\b[a-z]{1,40}(?:[A-Z][a-z0-9]{1,40}){1,8}\b"
    r"|\b(?:[A-Z][a-z0-9]{1,40}){2,8}\b"
    r"|(?<![\w\-])--[a-z][\w\-]{1,40}"
    r"|(?<![\w/])(?:~|\.{1,2})?(?:/[\w.\-]{1,80}){2,20}"
)
_SENTENCE_END = re.compile(r"^[A-Za-z]{3,}\.[A-Z][a-z]+$")
_NO_CODE = frozenset({"e.g", "i.e", "a.m", "p.m", "e.g.", "i.e."})


def _dates(text: str) -> Iterable[str]:
    return (" ".join(found[0].casefold().split()) for found in _DATE.finditer(text))


def _numbers(text: str) -> Iterable[str]:
    """Numbers that are no part of a date."""
    return (found[0].casefold() for found in _NUMBER.finditer(_DATE.sub(" ", text)))


def _negations(text: str) -> Iterable[str]:
    for found in _NEGATION.finditer(text):
        after = _AFTER_NEGATION.match(text, found.end())
        yield f"not {after[1].casefold()}" if after else "not"


def _code(text: str) -> Iterable[str]:
    for found in _CODE.finditer(text):
        name = found[0].strip("`").removesuffix("()")
        # "done.Then" is a missing space, not an attribute
        if name and name.casefold() not in _NO_CODE and not _SENTENCE_END.match(name):
            yield name


def said_words(text: str) -> str:
    """A text's words, lower case, each with a space before and after: a name is in it as ``" name "``.

    Examples
    --------
    >>> said_words("I moved to New York.")
    ' i moved to new york '
    """
    return f" {' '.join(_WORD.findall(text.casefold()))} "


@lru_cache(maxsize=KEPT_TEXTS)
def items_of(text: str) -> frozenset[Item]:
    """Everything of a text that must not be lost.

    Parameters
    ----------
    text : str
        A sentence or a turn; the cost is linear in its length.

    Examples
    --------
    >>> for item in sorted(items_of("On 2026-01-31 we did not restart Kafka on 9092; call `flush()`.")):
    ...     print(item)
    ('code', 'flush')
    ('dates', '2026-01-31')
    ('entities', 'kafka')
    ('negations', 'not restart')
    ('numbers', '9092')
    """
    found: set[Item] = {("dates", one) for one in _dates(text)}
    found |= {("numbers", one) for one in _numbers(text)}
    found |= {("negations", one) for one in _negations(text)}
    found |= {("code", one) for one in _code(text)}
    for span in extract(text):
        if span.entity_type not in _LEFT_TO_PATTERNS:
            name = said_words(text[span.start : span.end]).strip()
            if name:
                found.add(("entities", name))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Quality:
    """Which share of what was said is in the compressed text, 0 to 1 each; None where nothing of the kind was said.

    Parameters
    ----------
    entities, numbers, dates, negations, code : float or None
        Distinct ones; `negations` with the word that they deny, `code` identifiers, paths and flags.
    """

    entities: float | None = None
    numbers: float | None = None
    dates: float | None = None
    negations: float | None = None
    code: float | None = None

    @property
    def score(self) -> float:
        """The mean of the shares that there are; 1 when nothing was there to lose."""
        shares = [share for kind in KINDS if (share := getattr(self, kind)) is not None]
        return sum(shares) / len(shares) if shares else 1.0


def quality_of(said: Iterable[Item], kept: str) -> Quality:
    """The quality of a compressed text.

    Parameters
    ----------
    said : iterable of Item
        `items_of` everything that was compressed.
    kept : str
        The compressed text, looked at as it stands.

    Examples
    --------
    Of the numbers 9092 and 3 the first is kept:

    >>> quality_of([("numbers", "9092"), ("numbers", "3"), ("entities", "kafka")], "Kafka uses 9092.")
    Quality(entities=1.0, numbers=0.5, dates=None, negations=None, code=None)
    """
    wanted: dict[Kind, set[str]] = {kind: set() for kind in KINDS}
    for kind, name in said:
        wanted[kind].add(name)
    words = said_words(kept)
    there = {
        "entities": {name for name in wanted["entities"] if f" {name} " in words},
        "numbers": set(_numbers(kept)),
        "dates": set(_dates(kept)),
        "negations": set(_negations(kept)),
        "code": set(_code(kept)),
    }
    return Quality(**{kind: len(wanted[kind] & there[kind]) / len(wanted[kind]) for kind in KINDS if wanted[kind]})
