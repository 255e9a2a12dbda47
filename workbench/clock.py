"""Time, passed in: always aware, always UTC.

Code that needs "now" takes a ``Clock``; code that measures durations takes a ``Monotonic``.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_NO_ZONE = "a time needs a zone: {value!r}; write it with Z or an offset, as in 2026-01-31T12:00:00Z"

Clock = Callable[[], datetime]
"""Gives the current time, aware, in UTC."""

Monotonic = Callable[[], float]
"""Gives seconds from an arbitrary start; never goes back."""


def utc_now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


def monotonic_s() -> float:
    """Seconds from an arbitrary start; never goes back."""
    return time.monotonic()


def as_utc(value: datetime) -> datetime:
    """The same instant in UTC.

    Raises
    ------
    ValueError
        When the value carries no zone.

    Examples
    --------
    >>> as_utc(datetime.fromisoformat("2026-01-31T13:00:00+01:00")).isoformat()
    '2026-01-31T12:00:00+00:00'
    """
    if value.tzinfo is None:
        raise ValueError(_NO_ZONE.format(value=value.isoformat()))
    return value.astimezone(UTC)


def from_epoch_s(seconds: float) -> datetime:
    """Seconds since 1970 as an aware time in UTC, to the microsecond.

    Examples
    --------
    >>> from_epoch_s(0.5).isoformat()
    '1970-01-01T00:00:00.500000+00:00'
    """
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def rfc3339(value: datetime) -> str:
    """RFC 3339 text with microseconds and a ``Z``, as every event carries it.

    Examples
    --------
    >>> rfc3339(datetime(2026, 1, 31, 12, tzinfo=UTC))
    '2026-01-31T12:00:00.000000Z'
    """
    return as_utc(value).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
