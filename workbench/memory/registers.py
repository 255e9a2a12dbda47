"""Last-writer-wins registers over a total order of writes (pure).

Source: Shapiro et al. 2011, "A comprehensive study of convergent and commutative replicated data types", 3.2.1.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from workbench.events.payloads import Scalar

_encode = msgspec.json.Encoder().encode

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(when: datetime) -> int:
    """Whole microseconds since 1970, exact for every year (a float of seconds is not)."""
    return (when - _EPOCH) // _MICROSECOND


def at_microseconds(at_us: int) -> datetime:
    """The time of `microseconds`.

    Examples
    --------
    >>> at_microseconds(microseconds(datetime.max.replace(tzinfo=UTC))).year
    9999
    """
    return _EPOCH + at_us * _MICROSECOND


LATEST_US = microseconds(datetime.max.replace(tzinfo=UTC))
"""The last time that can be written: a clock beyond all reason must not keep others from writing."""


class Stamp(NamedTuple):
    """When and by which event something was written; stamps order all writes.

    Wall time first, because that is what people mean by "last"; it never goes back along what a node has seen (see
    `workbench.memory.writing.next_time_us`), so a write that knows of another always comes after it, whatever the
    clocks say. Node id next, so that equal times of two nodes have an order that everybody agrees on without asking.
    The event's id last, for two writes of one node in one microsecond, and for events from producers without clocks.
    """

    at_us: int
    node_id: str
    event_id: str


class Register(NamedTuple):
    """A value and who wrote it."""

    stamp: Stamp
    value: Scalar


def newest(left: Register, right: Register) -> Register:
    """The later write. Of two values under one stamp, which no sound producer makes, the greater as JSON: still the
    same one everywhere.

    Examples
    --------
    >>> early, late = Register(Stamp(1, "b", "e1"), "tea"), Register(Stamp(2, "a", "e2"), "coffee")
    >>> newest(early, late) == newest(late, early) == late
    True
    """
    return max(left, right, key=_rank)


def _rank(register: Register) -> tuple[Stamp, bytes]:
    return register.stamp, _encode(register.value)
