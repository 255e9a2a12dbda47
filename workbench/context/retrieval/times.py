"""Dates and relative times in a text, as spans of days; rules of its own, English, linear in the text.

"yesterday" is one day before the text was said, "last week" the seven days before, "in May 2023" a month,
"two days before 25 May, 2023" one day. What is vague ("recently", "soon") is no span.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from workbench.context.retrieval.days import (
    SEASONS,
    UNIT_DAYS,
    WEEKDAYS,
    Days,
    day_days,
    month_days,
    relative_days,
    season_days,
    shifted,
    weekday_after,
    weekday_before,
)

SPANS_A_TEXT = 8
"""Most spans that are kept of one text: a pasted log has a date a line, and says nothing by the hundredth."""

TIMED_CHARS = 20_000
"""Characters of a text that are searched for times."""

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = {name: number for number, name in enumerate(_MONTHS, 1)} | {
    name[:3]: number for number, name in enumerate(_MONTHS, 1) if name != "may"
}
_MONTH["sept"] = 9
_COUNTS = {
    **{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8},
    **{"nine": 9, "ten": 10, "a couple of": 2, "couple of": 2, "couple": 2, "a few": 3, "few": 3},
}

_M = r"(?:" + "|".join(sorted(_MONTH, key=len, reverse=True)) + r")\.?"
_W = "|".join(WEEKDAYS)
_N = r"(?:\d{1,3}|" + "|".join(sorted(_COUNTS, key=len, reverse=True)) + r")"
_U = r"(?:day|night|week|weekend|month|year)s?"
_TIME = re.compile(
    rf"""\b(?:
      (?P<iso>\d{{4}}-\d{{1,2}}-\d{{1,2}})
    | (?P<dmy>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+(?P<dmy_m>{_M}),?(?:\s+(?P<dmy_y>\d{{4}}))?
    | (?P<mdy_m>{_M})\s+(?:the\s+)?(?P<mdy>\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(?P<mdy_y>\d{{4}}))?
    | (?:(?P<nth>first|second|third|fourth|last)\s+week\s+of\s+)?(?P<my_m>{_M})(?:,?\s+(?:of\s+)?(?P<my_y>\d{{4}}))?
    | (?P<season>spring|summer|fall|autumn|winter)\s+(?:of\s+)?(?P<season_y>\d{{4}})
    | (?P<near>today|tonight|yesterday|tomorrow|last\s+night|this\s+(?:morning|afternoon|evening))
    | (?P<day_side>the\s+day\s+(?:before\s+yesterday|after\s+tomorrow))
    | (?P<ago>{_N})\s+(?P<ago_u>{_U})\s+(?P<ago_s>ago|back|later|from\s+now)
    | (?P<last>last|past|previous|next|this|coming)\s+(?P<last_u>{_W}|week|weekend|month|year|{"|".join(SEASONS)})
    | (?P<weekday>on\s+(?:{_W}))
    | (?P<year>(?:19|20)\d\d)
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"(?:(?P<n>{_N})\s+)?(?P<u>{_U}|{_W})\s+(?P<side>before|after|prior\s+to|following)\s+(?:the\s+)?$", re.IGNORECASE
)
_HINTS = (
    *("day", "night", "tomorrow", "morning", "noon", "evening", "week", "month", "year", *SEASONS),
    *(name[:3] for name in _MONTHS),
)
"""Every time has one of these or a digit; most texts have none, and looking for these takes a twentieth of the time."""

_DIGIT = re.compile(r"\d")
_MODAL = re.compile(r"(?:i|we|you|he|she|it|they|the|be|have|not|as|this|that)\b", re.IGNORECASE)
_IN = re.compile(r"\b(?:in|since|during|until|by|of|from)\s+$", re.IGNORECASE)
_YEARS = range(1900, 2101)
_NTH = {"first": 0, "second": 7, "third": 14, "fourth": 21, "last": 24}


@dataclass(frozen=True, slots=True, order=True)
class TimeSpan:
    """Days ``[first, until)`` as `datetime.date.toordinal` counts them, named by characters ``[start, end)``."""

    first: int
    until: int
    start: int
    end: int

    @property
    def days(self) -> int:
        """Length."""
        return self.until - self.first


def _count(text: str) -> int:
    words = " ".join(text.lower().split())
    return int(words) if words.isdigit() else _COUNTS[words]


def _unit(text: str) -> str:
    return text.lower().removesuffix("s")


def _beside(text: str, start: int, day: int) -> tuple[int, int, int] | None:
    """ "two days before", "the Sunday before", "the week after" in front of a date: the days, and where it starts."""
    found = _BEFORE.search(text, max(0, start - 40), start)
    if found is None:
        return None
    sign = -1 if found["side"].lower().startswith(("before", "prior")) else 1
    unit = found["u"].lower()
    if unit in WEEKDAYS:
        at = weekday_before(day, unit) if sign < 0 else weekday_after(day, unit)
        return at, at + 1, found.start()
    unit = _unit(unit)
    if found["n"] is None or (_count(found["n"]) == 1 and unit != "day"):
        length = UNIT_DAYS[unit]
        return (day - length, day, found.start()) if sign < 0 else (day + 1, day + 1 + length, found.start())
    first, until = shifted(day, unit, sign * _count(found["n"]))
    return first, until, found.start()


def _years(given: str | None, month: int, day: int, years: Sequence[int]) -> Sequence[int]:
    """Which year a month without one is of: those asked for, or the one whose month is nearest."""
    if given:
        return (int(given),)
    if years:
        return years
    today = date.fromordinal(day)
    return (
        min((today.year - 1, today.year, today.year + 1), key=lambda one: abs(month_days(one, month)[0] + 15 - day)),
    )


def _absolute(found: re.Match[str], day: int, years: Sequence[int]) -> Iterator[Days | None]:
    if found["iso"]:
        year, month, number = map(int, found["iso"].split("-"))
        yield day_days(year, month, number) if year in _YEARS else None
    elif found["dmy"] or found["mdy"]:
        month = _MONTH[(found["dmy_m"] or found["mdy_m"]).lower().rstrip(".")]
        for year in _years(found["dmy_y"] or found["mdy_y"], month, day, years):
            yield day_days(year, month, int(found["dmy"] or found["mdy"])) if year in _YEARS else None
    elif found["my_m"]:
        month = _MONTH[found["my_m"].lower().rstrip(".")]
        for year in _years(found["my_y"], month, day, years):
            if year in _YEARS:
                first, until = month_days(year, month)
                if found["nth"]:
                    first += _NTH[found["nth"].lower()]
                    until = min(until, first + 7)
                yield first, until
    elif found["season"]:
        yield season_days(found["season"].lower(), int(found["season_y"])) if int(found["season_y"]) in _YEARS else None
    elif found["year"]:
        year = int(found["year"])
        yield date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()


def _relative(found: re.Match[str], day: int) -> Days | None:
    if found["near"]:
        word = " ".join(found["near"].lower().split())
        at = day + {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(word, 0)
        return at, at + 1
    if found["day_side"]:
        at = day + (-2 if "before" in found["day_side"].lower() else 2)
        return at, at + 1
    if found["ago"]:
        sign = -1 if found["ago_s"].lower() in ("ago", "back") else 1
        return shifted(day, _unit(found["ago_u"]), sign * _count(found["ago"]))
    if found["last"]:
        return relative_days(found["last"].lower(), found["last_u"].lower(), day)
    if found["weekday"]:
        at = weekday_before(day, found["weekday"].split()[1])
        return at, at + 1
    return None


def _is_verb(text: str, found: re.Match[str]) -> bool:
    """ "may" and "march" without a date are as a rule no months, unless written as one."""
    if not found["my_m"] or found["my_y"] or found["my_m"].lower() not in ("may", "march"):
        return False
    if _IN.search(text[max(0, found.start() - 8) : found.start()]):
        return False
    return found["my_m"][0].islower() or _MODAL.match(text, found.end() + 1) is not None


def time_spans(text: str, *, said_on: date, years: Sequence[int] = ()) -> list[TimeSpan]:
    """Times that a text names.

    Parameters
    ----------
    text : str
        Its first `TIMED_CHARS` characters are searched.
    said_on : date
        What "yesterday" is counted from.
    years : sequence of int
        For a month or day without a year: one span for each of these; by default one, in the nearest year.

    Returns
    -------
    list of TimeSpan
        In the text's order, at most `SPANS_A_TEXT`.

    Examples
    --------
    >>> [(date.fromordinal(s.first).isoformat(), s.days) for s in time_spans("last week", said_on=date(2023, 6, 9))]
    [('2023-06-02', 7)]
    """
    if said_on.year not in _YEARS:  # a clock that was never set; a century is enough for a conversation
        return []
    low = text[:TIMED_CHARS].lower()
    if not any(hint in low for hint in _HINTS) and _DIGIT.search(low) is None:
        return []
    day = said_on.toordinal()
    spans: list[TimeSpan] = []
    for found in _TIME.finditer(text, 0, TIMED_CHARS):
        if _is_verb(text, found):
            continue
        near = _relative(found, day)
        for one in [near] if near else _absolute(found, day, years):
            if one is None:
                continue
            first, until, start = *one, found.start()
            beside = _beside(text, start, first) if until - first == 1 and not near else None
            if beside is not None:
                first, until, start = beside
            spans.append(TimeSpan(first, until, start, found.end()))
        if len(spans) >= SPANS_A_TEXT:
            return spans[:SPANS_A_TEXT]
    return spans
