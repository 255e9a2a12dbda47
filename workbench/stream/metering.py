"""What a worker has done and how fast, counted as it goes (pure)."""

from collections import deque

from workbench.clock import Monotonic, monotonic_s

RATE_S = 10.0
"""Seconds over which throughput is taken: long enough for a batch of the lake, short enough to follow."""


class Meter:
    """Counts of one worker, from its start.

    Parameters
    ----------
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, *, clock: Monotonic = monotonic_s) -> None:
        self._clock = clock
        self._began = clock()
        self._recent: deque[tuple[float, int]] = deque()
        self.events = 0
        self.dead_letters = 0
        self.commits = 0
        self.last_batch_events = 0
        self.last_commit_s: float | None = None
        self.spent_s: dict[str, float] = {"poll": 0.0, "decode": 0.0, "commit": 0.0}
        """Stage -> seconds. ``commit`` runs beside the others, so the sum may exceed the time that passed."""

    def spent(self, stage: str, seconds: float) -> None:
        """A stage took so long."""
        self.spent_s[stage] += seconds

    def committed(self, events: int, seconds: float, *, dead: int = 0) -> None:
        """A commit took so many records, `dead` of them as dead letters, in so many seconds."""
        self.events += events
        self.dead_letters += dead
        self.commits += 1
        self.last_batch_events = events
        self.last_commit_s = seconds
        self.spent_s["commit"] += seconds
        self._recent.append((self._clock(), events))

    def events_per_s(self) -> float:
        """Records committed per second, over the last `RATE_S` seconds or since the start."""
        now = self._clock()
        while self._recent and self._recent[0][0] <= now - RATE_S:
            self._recent.popleft()
        over_s = min(RATE_S, now - self._began)
        return sum(events for _, events in self._recent) / over_s if over_s > 0 else 0.0
