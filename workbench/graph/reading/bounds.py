"""What may be asked: limits, depths, confidences and times, checked before anything is sent. Pure."""

from datetime import datetime
from typing import Any

from workbench.clock import as_utc
from workbench.errors import UsageError

MOST_ENTITIES = 1_000
"""More rows than a person reads, and few enough to draw."""

MOST_LINKS = 200_000
"""Links that one step of a read looks at: about a second of the server's time. Of an entity with more, the rest is
not seen."""

MOST_MESSAGES = 50_000
"""Messages that a ranking looks at, for the same reason."""

DEEPEST = 5
"""Steps of a neighbourhood; beyond, nearly everything is near everything."""


def check_limit(limit: int, *, most: int = MOST_ENTITIES) -> int:
    """The limit, from 1 to `most`.

    Raises
    ------
    UsageError
        When it is out of range.
    """
    return check_count("limit", limit, most=most)


def check_count(name: str, value: int, *, most: int) -> int:
    """A count from 1 to `most`.

    Raises
    ------
    UsageError
        When it is out of range.
    """
    if not 1 <= value <= most:
        raise UsageError(f"{name} is {value}; give a number from 1 to {most}")
    return value


def check_ratio(name: str, value: float) -> float:
    """A number from 0 to 1.

    Raises
    ------
    UsageError
        When it is out of range.

    Examples
    --------
    >>> check_ratio("min_confidence", 0.5)
    0.5
    """
    if not 0 <= value <= 1:
        raise UsageError(f"{name} is {value}; give a number from 0 to 1")
    return float(value)


def moment(name: str, value: datetime | None) -> datetime | None:
    """An aware time, or None.

    Raises
    ------
    UsageError
        When it has no zone.
    """
    if value is None:
        return None
    if value.tzinfo is None:
        raise UsageError(f"{name} is {value.isoformat()} without a zone; add one, e.g. +00:00")
    return as_utc(value)


def times(as_of: datetime | None, known_at: datetime | None) -> dict[str, Any]:
    """Both axes as parameters of a query: valid time, and the time by which something had been recorded."""
    return {"as_of": moment("as_of", as_of), "known_at": moment("known_at", known_at)}


def window(since: datetime | None, until: datetime | None) -> dict[str, Any]:
    """A half-open window of event time as parameters of a query.

    Raises
    ------
    UsageError
        When it ends before it begins.
    """
    begin, end = moment("since", since), moment("until", until)
    if begin is not None and end is not None and end < begin:
        raise UsageError(f"the window ends at {end.isoformat()}, before it begins at {begin.isoformat()}")
    return {"since": begin, "until": end}
