"""Successes and failures of the last seconds, in a ring of time slots (pure)."""

SLOTS = 10
"""Slots in a window: counts age in steps of a tenth of it."""


class RateWindow:
    """Counts that forget what is older than the window.

    Parameters
    ----------
    window_s : float
        Length in seconds; times are monotonic seconds.

    Examples
    --------
    >>> window = RateWindow(10.0)
    >>> window.success(0.0); window.failure(9.0)
    >>> window.counts(9.5), window.counts(10.5), window.counts(30.0)
    ((1, 1), (0, 1), (0, 0))
    """

    __slots__ = ("_failures", "_newest", "_per_s", "_successes")

    def __init__(self, window_s: float) -> None:
        self._per_s = SLOTS / window_s
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._newest = -1
        self._successes = [0] * SLOTS
        self._failures = [0] * SLOTS

    def success(self, now: float) -> None:
        """Count one success."""
        slot = int(now * self._per_s)
        if slot != self._newest:
            self._roll(slot)
        self._successes[slot % SLOTS] += 1

    def failure(self, now: float) -> None:
        """Count one failure."""
        slot = int(now * self._per_s)
        if slot != self._newest:
            self._roll(slot)
        self._failures[slot % SLOTS] += 1

    def counts(self, now: float) -> tuple[int, int]:
        """Successes and failures within the window."""
        slot = int(now * self._per_s)
        if slot != self._newest:
            self._roll(slot)
        return sum(self._successes), sum(self._failures)

    def _roll(self, slot: int) -> None:
        for old in range(max(self._newest + 1, slot - SLOTS + 1), slot + 1):
            self._successes[old % SLOTS] = self._failures[old % SLOTS] = 0
        self._newest = slot
