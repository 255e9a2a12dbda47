"""How many events one commit gets: more while commits are quick, fewer when the store is slow or presses (pure).

Additive increase, multiplicative decrease, as TCP does it (Chiu and Jain 1989): writers that share a store and
follow it come to equal shares, whatever each began with.
"""

GROWTH = 1 / 16
"""Share of the most that a quick, full commit adds: from an eighth back to the most takes 14 of them."""

SLOWER = 3 / 4
"""What slow commits leave of the size."""

SLOW_COMMITS = 3
"""So many slow commits in a row are a slow store. One alone is a checkpoint, a pause of the collector, a busy disk."""

SLOW_FLOOR = 1 / 8
"""Share of the most that slowness alone leaves: below it a commit's fixed cost rules, and a slow store only slows."""


class BatchSize:
    """The size of the next commit, always between `least` and `most`; it begins at the most.

    Parameters
    ----------
    least, most : int
        Events; ``1 <= least <= most``.
    target_s : float
        Seconds that a commit may take.

    Examples
    --------
    >>> size = BatchSize(least=10, most=1600, target_s=1.0)
    >>> size.pressed(); size.events
    800
    >>> size.committed(800, 0.2); size.events
    900
    """

    def __init__(self, *, least: int, most: int, target_s: float) -> None:
        if not 1 <= least <= most:
            raise ValueError(f"a batch has between 1 and {most} events, its least cannot be {least}")
        self.least = least
        self.most = most
        self.target_s = target_s
        self.events = most
        self._step = max(1, round(most * GROWTH))
        self._slow_floor = max(least, round(most * SLOW_FLOOR))
        self._slow = 0

    def committed(self, events: int, seconds: float) -> None:
        """A commit of so many events took so long."""
        if seconds <= self.target_s:
            self._slow = 0
            if events >= self.events:  # a smaller one does not show that more would fit
                self.events = min(self.most, self.events + self._step)
            return
        self._slow += 1
        if self._slow >= SLOW_COMMITS and events > self._slow_floor:
            self._slow = 0
            self.events = max(self._slow_floor, int(min(self.events, events) * SLOWER))

    def pressed(self) -> None:
        """The store asked for a pause: out of memory, out of connections, or locked by others."""
        self._slow = 0
        self.events = max(self.least, self.events // 2)
