"""Entities that their form gives away: addresses, links, code, paths, dates, money, versions.

Every pattern is linear in the text: its start is tied to the beginning of a token by a look-behind, and every
repetition is bounded, so that five megabytes of one letter cost one pass. Code fences are paired by hand, because
a pattern for them would look for the end anew at each beginning.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit, urlunsplit

from workbench.extraction.spans import NAME_CHARS, EntitySpan, span

_FENCE = re.compile(r"^[ ]{0,3}```([^\n`]{0,80})$", re.MULTILINE)
_EMAIL = re.compile(
    r"(?<![\w.+\-@])[A-Za-z0-9][\w.+\-]{0,63}@(?:[A-Za-z0-9][A-Za-z0-9\-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![\w@])"
)
_URL = re.compile(r"(?<!\w)https?://[^\s<>\"'`\]}|\\^]{1,2000}", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w@./:+\-])@([A-Za-z]\w{1,38})(?![\w@/])")
_EXTENSIONS = (
    "py|ipynb|js|mjs|ts|tsx|jsx|java|kt|go|rs|rb|php|c|h|cc|cpp|hpp|cs|swift|scala|sh|sql|cypher|json|jsonl|yaml|yml"
    "|toml|ini|cfg|conf|xml|html|css|md|rst|txt|csv|tsv|parquet|log|lock|env|tf|proto|properties|gradle|jar|whl|gz|zip"
    "|pdf|png|jpg|svg"
)
_PATHS = (
    re.compile(r"(?<![\w/.:~\-<@])(?:~|\.{1,2})/(?:[\w.@+\-]{1,100}/){0,30}[\w.@+\-]{1,100}"),
    re.compile(r"(?<![\w/.:~\-<@])/(?:[\w.@+\-]{2,100}/){1,30}[\w.@+\-]{1,100}"),
    re.compile(r"(?<!\w)[A-Za-z]:\\(?:[\w.\-]{1,100}\\){0,20}[\w.\-]{1,100}"),
    re.compile(rf"(?<![\w/.@\-\\])(?:[\w.\-]{{1,100}}/){{0,30}}[\w\-][\w.\-]{{0,99}}\.(?:{_EXTENSIONS})(?![\w/\-])"),
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(r"(?<![\w\-])(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?![\d\-])"),
    re.compile(
        rf"(?<!\w)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[ ](?:of[ ])?(?P<m>{_MONTH})\.?,?[ ](?P<y>\d{{4}})(?!\w)", re.I
    ),
    re.compile(rf"(?<!\w)(?P<m>{_MONTH})\.?[ ](?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?[ ](?P<y>\d{{4}})(?!\w)", re.I),
)
_NUMBER = r"\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,6})?|\d{1,12}(?:\.\d{1,6})?"
_SCALE = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "million": 6, "b": 9, "bn": 9, "billion": 9}
_SCALES = "|".join(sorted(_SCALE, key=len, reverse=True))
_CODES = "USD|EUR|GBP|JPY|CHF|CNY|INR|CAD|AUD|BRL"
_CURRENCY = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "dollar": "USD", "euro": "EUR", "buck": "USD"}
_MONEY = (
    re.compile(rf"(?<![\w$€£¥₹])(?P<c>[$€£¥₹])[ ]?(?P<n>{_NUMBER})(?:[ ]?(?P<s>{_SCALES}))?(?![\w%]|[.,]\d)", re.I),
    re.compile(rf"(?<!\w)(?P<c>{_CODES})[ ]?(?P<n>{_NUMBER})(?:[ ]?(?P<s>{_SCALES}))?(?![\w%]|[.,]\d)"),
    re.compile(
        rf"(?<![\w.,$€£¥₹])(?P<n>{_NUMBER})[ ]?(?:(?P<s>{_SCALES})[ ])?"
        rf"(?P<c>{_CODES}|[Dd]ollars?|[Ee]uros?|[Bb]ucks?|€)(?!\w)"
    ),
)


def code_blocks(text: str) -> Iterator[EntitySpan]:
    """Fenced code; its name is the language that the fence gives, else ``unknown``. An open fence runs to the end."""
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if opened is None:
            opened = fence
        elif not fence.group(1).strip():
            yield _code_block(opened, fence.end())
            opened = None
    if opened is not None:
        yield _code_block(opened, len(text))


def _code_block(opened: re.Match[str], end: int) -> EntitySpan:
    words = opened.group(1).split()
    language = words[0].strip("{}.,").casefold() if words else ""
    return span("code_block", language or "unknown", opened.start(), end, confidence=0.99, method="fence")


def emails(text: str) -> Iterator[EntitySpan]:
    """E-mail addresses, in lower case."""
    if "@" in text:
        for found in _EMAIL.finditer(text):
            yield span("email", found.group().lower(), *found.span(), confidence=0.98, method="pattern")


def _end_of_url(url: str) -> int:
    end = len(url)
    while end and (
        url[end - 1] in ".,;:!?*_~" or (url[end - 1] == ")" and url.count(")", 0, end) > url.count("(", 0, end))
    ):
        end -= 1
    return end


def urls(text: str) -> Iterator[EntitySpan]:
    """Links without trailing punctuation; the name has no user, password or fragment, and a lower-case host."""
    for found in _URL.finditer(text):
        raw = found.group()[: _end_of_url(found.group())]
        try:
            parts = urlsplit(raw)
            host = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
        except ValueError:  # a port that is no number, a bracket that is no address: not a link
            continue
        name = urlunsplit((parts.scheme.lower(), host, parts.path.rstrip("/"), parts.query, ""))
        if host and len(name) <= NAME_CHARS:
            yield span("url", name, found.start(), found.start() + len(raw), confidence=0.98, method="pattern")


def mentions(text: str) -> Iterator[EntitySpan]:
    """``@name``, never the domain of an e-mail address."""
    if "@" in text:
        for found in _MENTION.finditer(text):
            yield span("mention", found.group(1), *found.span(), confidence=0.8, method="pattern")


def file_paths(text: str) -> Iterator[EntitySpan]:
    """Absolute, relative and Windows paths, and file names with a well-known extension."""
    for pattern in _PATHS:
        for found in pattern.finditer(text):
            name = found.group().rstrip(".-")
            if len(name) <= NAME_CHARS:
                yield span(
                    "file_path", name, found.start(), found.start() + len(name), confidence=0.85, method="pattern"
                )


def dates(text: str) -> Iterator[EntitySpan]:
    """Calendar dates with a year; the name is ISO 8601. ``03/04/2024`` is left alone: which is the month?"""
    for pattern in _DATES:
        for found in pattern.finditer(text):
            month = found["m"]
            try:
                day = date(int(found["y"]), _MONTHS.get(month.lower()) or int(month), int(found["d"]))
            except ValueError:  # 31 February
                continue
            yield span("date", day.isoformat(), *found.span(), confidence=0.95, method="pattern")


def money(text: str) -> Iterator[EntitySpan]:
    """Amounts with a currency; the name is the code and the plain number, e.g. ``USD 1250000``."""
    for pattern in _MONEY:
        for found in pattern.finditer(text):
            amount = Decimal(found["n"].replace(",", "")).scaleb(_SCALE.get((found["s"] or "").lower(), 0))
            currency = _CURRENCY.get(found["c"].lower().rstrip("s"), found["c"].upper())
            plain = f"{amount:f}"
            plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
            yield span("money", f"{currency} {plain}", *found.span(), confidence=0.9, method="pattern")
