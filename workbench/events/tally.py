"""Counting distinct events so that equal counts of different events do not pass as equal."""

from collections.abc import Iterable
from dataclasses import dataclass

CHECKSUM_DIGITS = 8
"""Hexadecimal digits of an event id that enter the checksum: 32 bits, so that a billion of them sum up within 64."""


def id_checksum(event_id: str) -> int:
    """The part of an event id that is summed, as every store sums it too."""
    return int(event_id[:CHECKSUM_DIGITS], 16)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many distinct events, and the sum of their ids' first 32 bits.

    Examples
    --------
    >>> Tally.of(["0000000a" + "0" * 56, "00000002" + "0" * 56])
    Tally(count=2, checksum=12)
    """

    count: int = 0
    checksum: int = 0

    @classmethod
    def of(cls, event_ids: Iterable[str]) -> "Tally":
        """The tally of distinct ids; the caller makes them distinct."""
        count = checksum = 0
        for event_id in event_ids:
            count += 1
            checksum += id_checksum(event_id)
        return cls(count, checksum)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, self.checksum + other.checksum)

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(self.count - other.count, self.checksum - other.checksum)
