"""When to write, and how much at once (pure)."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from workbench.stream.decoding import Entry


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """A batch is written when the first of these is reached.

    Parameters
    ----------
    events : int
        Also the most that one write gets.
    age_s : float
        Seconds since the oldest record came.
    size_bytes : int
        Of envelopes and of the payloads that they refer to.
    """

    events: int = 1_000
    age_s: float = 0.2
    size_bytes: int = 8 * 2**20

    @classmethod
    def of(cls, sink: object) -> "BatchLimits":
        """What a sink wishes by attributes `batch_events`, `batch_age_s`, `batch_bytes`; else the defaults."""
        return cls(
            events=getattr(sink, "batch_events", cls().events),
            age_s=getattr(sink, "batch_age_s", cls().age_s),
            size_bytes=getattr(sink, "batch_bytes", cls().size_bytes),
        )


class Buffer:
    """Records in the order they came, and how many of them one write may have.

    A store that refuses a batch's content says so for the whole: the share is halved until the refused
    record stands alone, and doubles again with each write that succeeds.

    Parameters
    ----------
    limits : BatchLimits
    """

    def __init__(self, limits: BatchLimits) -> None:
        self.limits = limits
        self._entries: deque[Entry] = deque()
        self._size_bytes = 0
        self._since: float | None = None
        self._share = limits.events

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, entries: Iterable[Entry], *, now: float) -> None:
        """Take records in; `now` in monotonic seconds."""
        for entry in entries:
            self._entries.append(entry)
            self._size_bytes += entry.size_bytes
        if self._entries and self._since is None:
            self._since = now

    def full(self) -> bool:
        """Whether no more should be polled before a write."""
        return len(self._entries) >= self.limits.events or self._size_bytes >= self.limits.size_bytes

    def due(self, now: float) -> bool:
        """Whether it is time to write."""
        return self.full() or (self._since is not None and now - self._since >= self.limits.age_s)

    def wait_s(self, now: float) -> float:
        """Seconds until the oldest record is due; the whole age when there is none."""
        if self._since is None:
            return self.limits.age_s
        return max(0.0, self._since + self.limits.age_s - now)

    def head(self) -> list[Entry]:
        """The records of the next write, as many as the share and the size allow; at least one if any."""
        chosen: list[Entry] = []
        size_bytes = 0
        for entry in islice(self._entries, self._share):
            size_bytes += entry.size_bytes
            if chosen and size_bytes > self.limits.size_bytes:
                break
            chosen.append(entry)
        return chosen

    def replace_head(self, entries: list[Entry]) -> None:
        """Put other entries in the place of the first ones, one for one."""
        for place, entry in enumerate(entries):
            self._entries[place] = entry

    def written(self, count: int) -> None:
        """Drop the first records: they are in the store."""
        for _ in range(count):
            self._size_bytes -= self._entries.popleft().size_bytes
        if not self._entries:  # what is left was due together with what is written: no new wait
            self._since = None
        self._share = min(self.limits.events, self._share * 2)

    def halve(self, refused: int) -> None:
        """A write of so many records was refused: the next one gets half."""
        self._share = max(1, refused // 2)

    def clear(self) -> None:
        """Forget everything: it will be read again."""
        self._entries.clear()
        self._size_bytes = 0
        self._since = None
