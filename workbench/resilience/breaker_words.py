"""What is said about a circuit breaker: its policy, its states, how it stands."""

from dataclasses import dataclass

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When a breaker opens and how it closes again.

    Parameters
    ----------
    failure_ratio : float
        Opens when this share of the calls in the window failed, in (0, 1].
    window_s : float
        Seconds over which the share is taken.
    min_calls : int
        Never opens on fewer calls in the window.
    open_s : float
        Seconds open the first time; doubles with each time in a row that a probe fails.
    max_open_s : float
        Never open for longer, so that a dependency that returns is used within a minute.
    jitter : float
        Share by which the open time varies either way, so that many processes do not probe at once.
    probes : int
        Calls let through while half-open; all must succeed.
    probe_timeout_s : float
        A probe that has not ended by then has failed: its thread may be frozen, and nothing else may probe.
    """

    failure_ratio: float = 0.5
    window_s: float = 30.0
    min_calls: int = 5
    open_s: float = 5.0
    max_open_s: float = 60.0
    jitter: float = 0.2
    probes: int = 2
    probe_timeout_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of state, told to listeners."""

    name: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class BreakerSnapshot:
    """A breaker at one moment, for health; taking it changes nothing.

    Parameters
    ----------
    name, state : str
    since_s : float
        Seconds in this state.
    successes, failures : int
        Within the window.
    rejected : int
        Calls not made since the start.
    opened : int
        Times that it opened since the start.
    retry_after_s : float
        Seconds until a probe is let through; 0 unless open.
    last_error : str
        Text of the last failure that counted; empty when there was none.
    """

    name: str
    state: str
    since_s: float
    successes: int
    failures: int
    rejected: int
    opened: int
    retry_after_s: float
    last_error: str
