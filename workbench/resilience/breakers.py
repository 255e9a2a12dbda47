"""The breakers of a process, by the name of what they protect."""

import random
import threading
from collections.abc import Callable

from workbench.clock import Monotonic, monotonic_s
from workbench.errors import BreakerOpenError, FencedError, SinkBackpressureError, StoreRefusedError
from workbench.resilience.breaker import BreakerPolicy, BreakerSnapshot, CircuitBreaker, Transition
from workbench.settings.schema import Breaker as BreakerSettings

STORE_ANSWERS: tuple[type[Exception], ...] = (
    StoreRefusedError,
    FencedError,
    SinkBackpressureError,
    BreakerOpenError,
)
"""Errors of a store that is there: it looked at the call and said no. `BreakerOpenError` comes from
another breaker behind this one, and counts there."""


class CircuitBreakers:
    """One breaker per name, made when first asked for, all with the policy of the settings.

    Parameters
    ----------
    settings : Breaker
        The section ``settings.breaker``.
    clock, chance : callable
        As `CircuitBreaker`.
    """

    def __init__(
        self,
        settings: BreakerSettings,
        *,
        clock: Monotonic = monotonic_s,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._policy = BreakerPolicy(
            failure_ratio=settings.failure_ratio,
            window_s=settings.window_s,
            min_calls=settings.min_calls,
            open_s=settings.open_s,
        )
        self._clock = clock
        self._chance = chance
        self._lock = threading.Lock()
        self._breakers: dict[str, CircuitBreaker] = {}
        self._listeners: list[Callable[[Transition], None]] = []

    def of(self, name: str, *, excluded: tuple[type[Exception], ...] = STORE_ANSWERS) -> CircuitBreaker:
        """The breaker of that name; `excluded` counts when it is made."""
        with self._lock:
            found = self._breakers.get(name)
            if found is None:
                found = CircuitBreaker(name, self._policy, excluded=excluded, clock=self._clock, chance=self._chance)
                for listener in self._listeners:
                    found.listen(listener)
                self._breakers[name] = found
            return found

    def listen(self, listener: Callable[[Transition], None]) -> None:
        """Tell a listener of each change of state of every breaker, also of later ones."""
        with self._lock:
            self._listeners.append(listener)
            for found in self._breakers.values():
                found.listen(listener)

    def snapshots(self) -> dict[str, BreakerSnapshot]:
        """Name -> how it stands, in order of the names."""
        with self._lock:
            found = sorted(self._breakers.items())
        return {name: breaker.snapshot() for name, breaker in found}
