"""Circuit breaker: stop calling what is failing, look again after a while, let it back in carefully.

closed --failure rate--> open --time--> half-open --probes succeed--> closed, or --one fails--> open.
Pure: the clock and the chance are passed in. No lock is held during the protected call.
"""

import random
import threading
from collections.abc import Callable
from types import TracebackType
from typing import ParamSpec, TypeVar

from workbench.clock import Monotonic, monotonic_s
from workbench.errors import BreakerOpenError
from workbench.resilience.breaker_words import CLOSED, HALF_OPEN, OPEN, BreakerPolicy, BreakerSnapshot, Transition
from workbench.resilience.rate_window import RateWindow

__all__ = ["CLOSED", "HALF_OPEN", "OPEN", "BreakerPolicy", "BreakerSnapshot", "CircuitBreaker", "Guard", "Transition"]

P = ParamSpec("P")
T = TypeVar("T")


class CircuitBreaker:
    """One breaker in front of one dependency; safe to share between threads.

    Parameters
    ----------
    name : str
    policy : BreakerPolicy
    excluded : tuple of exception types
        Errors by which the dependency shows that it is there (it refused the content, say): they
        count as calls that went well. Everything else that is an `Exception` counts as a failure.
    clock : callable
        Monotonic seconds.
    chance : callable
        Gives a number in [0, 1) for the jitter.
    """

    def __init__(
        self,
        name: str,
        policy: BreakerPolicy | None = None,
        *,
        excluded: tuple[type[Exception], ...] = (),
        clock: Monotonic = monotonic_s,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self.policy = policy or BreakerPolicy()
        self._excluded = excluded
        self._clock = clock
        self._chance = chance
        self._lock = threading.Lock()
        self._state = CLOSED
        self._generation = 0
        self._window = RateWindow(self.policy.window_s)
        self._since = clock()
        self._open_until = 0.0
        self._opened = self._opened_in_a_row = self._rejected = 0
        self._probes_started = self._probes_succeeded = 0
        self._last_error = ""
        self._listeners: tuple[Callable[[Transition], None], ...] = ()

    def listen(self, listener: Callable[[Transition], None]) -> None:
        """Tell a listener of each change of state; called without a lock, and must not raise."""
        self._listeners = (*self._listeners, listener)

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call through the breaker.

        Raises
        ------
        BreakerOpenError
            When the call was not made; `retry_after_s` says when it makes sense again.
        """
        generation = self._generation if self._state is CLOSED else self._admit()
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            self._ended(generation, error)
            raise
        # The closed path, written out: it runs on every call to every store.
        with self._lock:
            if self._state is CLOSED and generation == self._generation:
                self._window.success(self._clock())
                return result
        self._ended(generation, None)
        return result

    def guard(self) -> "Guard":
        """The same for a block, ``with breaker.guard():``; also around ``await``."""
        return Guard(self)

    def snapshot(self) -> BreakerSnapshot:
        """How it stands now."""
        with self._lock:
            now = self._clock()
            successes, failures = self._window.counts(now)
            wait_s = max(0.0, self._open_until - now) if self._state is OPEN else 0.0
            return BreakerSnapshot(
                self.name,
                self._state,
                now - self._since,
                successes,
                failures,
                self._rejected,
                self._opened,
                wait_s,
                self._last_error,
            )

    def _admit(self) -> int:
        """The generation under which a call may be made."""
        with self._lock:
            now = self._clock()
            transition = self._age(now)
            admitted = self._state is CLOSED
            if self._state is HALF_OPEN and self._probes_started < self.policy.probes:
                self._probes_started += 1
                admitted = True
            generation = self._generation
            if not admitted:
                self._rejected += 1
            wait_s = max(0.0, self._open_until - now) if self._state is OPEN else 0.0
            last_error = self._last_error
        self._tell(transition)
        if not admitted:
            raise BreakerOpenError(
                f"{self.name} is not called for {wait_s:.1f} s more: it kept failing, last with: {last_error}",
                retry_after_s=wait_s,
            )
        return generation

    def _age(self, now: float) -> Transition | None:
        """What time alone changes: open becomes half-open, and probes that never end have failed."""
        if self._state is OPEN and now >= self._open_until:
            return self._move(HALF_OPEN, now, "time to probe")
        if self._state is HALF_OPEN and now - self._since >= self.policy.probe_timeout_s:
            return self._open(now, f"probes did not end within {self.policy.probe_timeout_s:g} s")
        return None

    def _ended(self, generation: int, error: BaseException | None) -> None:
        with self._lock:
            if generation != self._generation:  # it began in another state: too late to say anything
                return
            now = self._clock()
            transition = None
            if error is None or isinstance(error, self._excluded):
                transition = self._succeeded(now)
            elif isinstance(error, Exception):
                self._last_error = f"{type(error).__name__}: {error}"[:300]
                transition = self._failed(now)
            elif self._state is HALF_OPEN:  # cancelled or interrupted: says nothing, gives its place back
                self._probes_started -= 1
        self._tell(transition)

    def _succeeded(self, now: float) -> Transition | None:
        if self._state is CLOSED:
            self._window.success(now)
            return None
        self._probes_succeeded += 1
        if self._probes_succeeded < self.policy.probes:
            return None
        self._opened_in_a_row = 0
        return self._move(CLOSED, now, "probes succeeded")

    def _failed(self, now: float) -> Transition | None:
        if self._state is HALF_OPEN:
            return self._open(now, "a probe failed")
        self._window.failure(now)
        successes, failures = self._window.counts(now)
        total = successes + failures
        if total < self.policy.min_calls or failures < self.policy.failure_ratio * total:
            return None
        return self._open(now, f"{failures} of {total} calls failed within {self.policy.window_s:g} s")

    def _open(self, now: float, reason: str) -> Transition:
        self._opened += 1
        self._opened_in_a_row += 1
        # 2**30 is far above any maximum; without a bound the power overflows after a thousand failed probes
        wait_s = min(self.policy.max_open_s, self.policy.open_s * 2.0 ** min(30, self._opened_in_a_row - 1))
        self._open_until = now + wait_s * (1 + self.policy.jitter * (2 * self._chance() - 1))
        return self._move(OPEN, now, reason)

    def _move(self, state: str, now: float, reason: str) -> Transition:
        transition = Transition(self.name, self._state, state, reason)
        self._state = state
        self._generation += 1
        self._since = now
        self._probes_started = self._probes_succeeded = 0
        self._window.clear()
        return transition

    def _tell(self, transition: Transition | None) -> None:
        if transition is not None:
            for listener in self._listeners:
                listener(transition)


class Guard:
    """One protected block; see `CircuitBreaker.guard`."""

    __slots__ = ("_breaker", "_generation")

    def __init__(self, breaker: CircuitBreaker) -> None:
        self._breaker = breaker
        self._generation = 0

    def __enter__(self) -> None:
        self._generation = self._breaker._admit()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._breaker._ended(self._generation, error)
