"""When to write, and how much at once (pure)."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from workbench.stream.batch_size import BatchSize
from workbench.stream.decoding import Entry

LEAST_SHARE = 1 / 50
"""The least batch as a share of the most, where a sink names none: what a store that presses is left with."""


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """A batch is written when the first of these is reached.

    Parameters
    ----------
    events : int
        The most that one write gets; see `BatchSize` for how many of them it is now.
    age_s : float
        Seconds since the oldest record came.
    size_bytes : int
        Of envelopes and of the payloads that they refer to.
    least_events : int or None
        Never fewer under pressure; default `LEAST_SHARE` of `events`.
    commit_s : float
        Seconds that one write should take at most; longer ones make batches smaller.
    """

    events: int = 1_000
    age_s: float = 0.2
    size_bytes: int = 8 * 2**20
    least_events: int | None = None
    commit_s: float = 2.0

    @classmethod
    def of(cls, sink: object) -> "BatchLimits":
        """What a sink wishes by attributes `batch_events`, `batch_age_s`, `batch_bytes`, `batch_least_events`,
        `batch_commit_s`; else the defaults."""
        return cls(
            events=getattr(sink, "batch_events", cls().events),
            age_s=getattr(sink, "batch_age_s", cls().age_s),
            size_bytes=getattr(sink, "batch_bytes", cls().size_bytes),
            least_events=getattr(sink, "batch_least_events", cls().least_events),
            commit_s=getattr(sink, "batch_commit_s", cls().commit_s),
        )

    def adaptive(self) -> BatchSize:
        """The size within these limits."""
        least = max(1, round(self.events * LEAST_SHARE)) if self.least_events is None else self.least_events
        return BatchSize(least=least, most=self.events, target_s=self.commit_s)


class Buffer:
    """Records in the order they came: first those of the write under way, behind them those of the next ones.

    A store that refuses a batch's content says so for the whole: the share is halved until the refused
    record stands alone, and doubles again with each write that succeeds.

    Parameters
    ----------
    limits : BatchLimits
    """

    def __init__(self, limits: BatchLimits) -> None:
        self.limits = limits
        self.size = limits.adaptive()
        self._entries: deque[Entry] = deque()
        self._size_bytes = 0
        self._since: float | None = None
        self._share = limits.events
        self._begun = 0
        self._begun_bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def waiting(self) -> int:
        """Records that no write has taken yet."""
        return len(self._entries) - self._begun

    def add(self, entries: Iterable[Entry], *, now: float) -> None:
        """Take records in; `now` in monotonic seconds."""
        for entry in entries:
            self._entries.append(entry)
            self._size_bytes += entry.size_bytes
        if self.waiting and self._since is None:
            self._since = now

    def full(self) -> bool:
        """Whether no more should be polled before the next write."""
        return self.waiting >= self.size.events or self._size_bytes - self._begun_bytes >= self.limits.size_bytes

    def due(self, now: float) -> bool:
        """Whether it is time for the next write."""
        return self.full() or (self._since is not None and now - self._since >= self.limits.age_s)

    def wait_s(self, now: float) -> float:
        """Seconds until the oldest waiting record is due; the whole age when there is none."""
        if self._since is None:
            return self.limits.age_s
        return max(0.0, self._since + self.limits.age_s - now)

    def head(self) -> list[Entry]:
        """The records of the next write, as many as the share and the size allow; at least one if any."""
        chosen: list[Entry] = []
        size_bytes = 0
        for entry in islice(self._entries, min(self._share, self.size.events)):
            size_bytes += entry.size_bytes
            if chosen and size_bytes > self.limits.size_bytes:
                break
            chosen.append(entry)
        return chosen

    def begin(self) -> list[Entry]:
        """The head, now under way; it stays here until it is `written`, or `kept` for another try."""
        entries = self.head()
        self._begun = len(entries)
        self._begun_bytes = sum(one.size_bytes for one in entries)
        if not self.waiting:  # what is left was due together with what is written: no new wait
            self._since = None
        return entries

    def replace_head(self, entries: list[Entry]) -> None:
        """Put other entries in the place of the first ones, one for one."""
        for place, entry in enumerate(entries):
            self._entries[place] = entry

    def written(self, count: int) -> None:
        """Drop the first records: they are in the store."""
        for _ in range(count):
            self._size_bytes -= self._entries.popleft().size_bytes
        self._begun = self._begun_bytes = 0
        if not self._entries:
            self._since = None
        self._share = min(self.limits.events, self._share * 2)

    def kept(self) -> None:
        """The write under way wrote nothing: its records are due again at once."""
        self._begun = self._begun_bytes = 0
        if self._entries:
            self._since = float("-inf")

    def halve(self, refused: int) -> None:
        """A write of so many records was refused: the next one gets half."""
        self._share = max(1, refused // 2)

    def clear(self) -> None:
        """Forget everything: it will be read again."""
        self._entries.clear()
        self._size_bytes = 0
        self._begun = self._begun_bytes = 0
        self._since = None
