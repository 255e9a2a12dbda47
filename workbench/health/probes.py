"""Look at every dependency in the background, so that whoever asks never waits."""

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from workbench.clock import Clock, monotonic_s, utc_now
from workbench.errors import StoreError
from workbench.health.checks import Check
from workbench.health.status import Evidence, after_failure, after_success, as_of
from workbench.telemetry.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often to look.

    Parameters
    ----------
    interval_s : float
        Between probes of a healthy dependency.
    retry_s : float
        After the first failure; doubles with each further one, up to `interval_s` times two.
    deadline_s : float
        A probe that takes longer has failed.
    jitter : float
        Share by which each wait varies, so that probes of many processes spread.
    """

    interval_s: float = 5.0
    retry_s: float = 1.0
    deadline_s: float = 4.0
    jitter: float = 0.2

    @property
    def stale_s(self) -> float:
        """Age in seconds from which on evidence says nothing: two rounds were missed."""
        return 2 * (2 * self.interval_s + self.deadline_s)

    def wait_s(self, failures: int, chance: float) -> float:
        """Seconds until the next probe.

        Examples
        --------
        >>> [Rhythm(jitter=0).wait_s(failures, 0.5) for failures in (0, 1, 2, 3, 4, 5)]
        [5.0, 1.0, 2.0, 4.0, 8.0, 10.0]
        """
        wait = self.interval_s
        if failures:
            wait = min(self.retry_s * 2.0 ** min(failures - 1, 16), 2 * self.interval_s)
        return wait * (1 + self.jitter * (2 * chance - 1))


class Probe:
    """One dependency's probe, in a thread of its own.

    Parameters
    ----------
    name : str
    check : callable
        See `workbench.health.checks.Check`.
    tolerated : int
        Failed probes in a row before it counts as unhealthy.
    rhythm : Rhythm
    clock : callable
    """

    def __init__(
        self,
        name: str,
        check: Check,
        *,
        tolerated: int = 3,
        rhythm: Rhythm | None = None,
        clock: Clock = utc_now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self._check = check
        self._tolerated = tolerated
        self._rhythm = rhythm or Rhythm()
        self._clock = clock
        self._chance = chance
        self._known = Evidence("not_initialized", clock())
        self._stop = threading.Event()
        # A daemon: a check that hangs must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name=f"probe-{name}", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; does not wait for a check that runs."""
        self._stop.set()

    def evidence(self) -> Evidence:
        """What is known now; reading changes nothing and waits for nothing."""
        rhythm = self._rhythm
        return as_of(self._known, now=self._clock(), deadline_s=rhythm.deadline_s, stale_s=rhythm.stale_s)

    def look(self) -> None:
        """One probe."""
        started, began = self._clock(), monotonic_s()
        before = self._known
        self._known = replace(before, running_since=started)
        try:
            version = self._check()
        except (StoreError, ImportError) as error:
            found = after_failure(before, now=self._clock(), reason=str(error)[:300], tolerated=self._tolerated)
        else:
            latency_s = monotonic_s() - began
            found = after_success(before, now=self._clock(), version=version, latency_ms=latency_s * 1000)
            if latency_s > self._rhythm.deadline_s:
                reason = f"answered only after {latency_s:.1f} s"
                found = after_failure(before, now=self._clock(), reason=reason, tolerated=self._tolerated)
        self._known = found
        if found.state != before.state:
            report = log.info if found.state == "healthy" else log.warning
            report("dependency changed", dependency=self.name, was=before.state, now=found.state, reason=found.text)

    def _run(self) -> None:
        while not self._stop.is_set():
            self.look()
            self._stop.wait(self._rhythm.wait_s(self._known.failures, self._chance()))


class Probes:
    """The probes of a process.

    Parameters
    ----------
    checks : mapping
        Check by name.
    tolerated : mapping
        Failed probes in a row before unhealthy, by name.
    rhythms : mapping
        How often to look, by name; those left out have the default rhythm.
    """

    def __init__(
        self,
        checks: Mapping[str, Check],
        *,
        tolerated: Mapping[str, int] | None = None,
        rhythms: Mapping[str, Rhythm] | None = None,
    ) -> None:
        limits = tolerated or {}
        self._probes = {
            name: Probe(name, check, tolerated=limits.get(name, 3), rhythm=(rhythms or {}).get(name))
            for name, check in checks.items()
        }

    def start(self) -> None:
        """Begin all."""
        for probe in self._probes.values():
            probe.start()

    def stop(self) -> None:
        """End all, without waiting."""
        for probe in self._probes.values():
            probe.stop()

    def evidence(self) -> dict[str, Evidence]:
        """What is known of each dependency now."""
        return {name: probe.evidence() for name, probe in self._probes.items()}
