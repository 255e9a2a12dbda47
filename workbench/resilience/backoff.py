"""How long to wait before the next try: longer each time, never the same for two processes (pure)."""

import random
from collections.abc import Callable


class Backoff:
    """Waits that double from `first_s` to `most_s`, each shortened by up to half.

    Parameters
    ----------
    first_s, most_s : float
        Seconds.
    chance : callable
        Gives a number in [0, 1).

    Examples
    --------
    >>> backoff = Backoff(first_s=1.0, most_s=5.0, chance=lambda: 0.0)
    >>> [backoff.wait_s() for _ in range(4)]
    [1.0, 2.0, 4.0, 5.0]
    >>> backoff.reset(); backoff.wait_s()
    1.0
    """

    def __init__(
        self, *, first_s: float = 0.1, most_s: float = 5.0, chance: Callable[[], float] = random.random
    ) -> None:
        self._first_s = first_s
        self._most_s = most_s
        self._chance = chance
        self._tries = 0

    def wait_s(self) -> float:
        """Seconds to wait now; the next wait is longer."""
        full = min(self._most_s, self._first_s * 2.0 ** min(30, self._tries))
        self._tries += 1
        return full * (1 - self._chance() / 2)

    def reset(self) -> None:
        """It worked: the next wait is the first again."""
        self._tries = 0
