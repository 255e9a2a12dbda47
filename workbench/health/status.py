"""From what probes saw to states: rules only, the time is passed in (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from workbench.health.components import Component

State = Literal["healthy", "degraded", "unhealthy", "disabled", "init_failed", "not_initialized"]

STATES: tuple[State, ...] = ("healthy", "degraded", "unhealthy", "disabled", "init_failed", "not_initialized")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one dependency.

    Parameters
    ----------
    state : str
    since : datetime
        When this state began.
    text : str
        What the last probe saw: why it failed, or that it answered.
    version : str or None
        As the server last told it.
    probed_at : datetime or None
        When the last probe ended.
    latency_ms : float or None
        How long it took; None when it failed.
    failures : int
        Failed probes in a row.
    running_since : datetime or None
        When the probe began that has not ended.
    """

    state: State
    since: datetime
    text: str = "not probed yet"
    version: str | None = None
    probed_at: datetime | None = None
    latency_ms: float | None = None
    failures: int = 0
    running_since: datetime | None = None


def after_success(before: Evidence, *, now: datetime, version: str, latency_ms: float) -> Evidence:
    """What is known after a probe that was answered."""
    since = before.since if before.state == "healthy" else now
    return Evidence("healthy", since, "answered", version, now, latency_ms)


def after_failure(before: Evidence, *, now: datetime, reason: str, tolerated: int) -> Evidence:
    """What is known after a failed probe.

    Parameters
    ----------
    tolerated : int
        Failed probes in a row, before a dependency that was there counts as unhealthy; until then it is
        degraded. One that has never answered is `init_failed` at once.
    """
    failures = before.failures + 1
    state: State
    if before.state in ("not_initialized", "init_failed"):
        state = "init_failed"
    elif before.state == "unhealthy" or failures >= max(1, tolerated):
        state = "unhealthy"
    else:
        state = "degraded"
    since = before.since if before.state == state else now
    return Evidence(state, since, reason, before.version, now, None, failures)


def as_of(known: Evidence, *, now: datetime, deadline_s: float, stale_s: float) -> Evidence:
    """The same with a probe taken into account that does not come back, or that no longer runs.

    Parameters
    ----------
    deadline_s : float
        A probe that runs longer has failed, even if it never ends.
    stale_s : float
        Evidence older than this says nothing any more.
    """
    overdue_s = (now - known.running_since).total_seconds() if known.running_since else 0.0
    if overdue_s > deadline_s:
        text = f"no answer for {overdue_s:.0f} s; last known: {known.text}"
    elif known.probed_at is not None and (now - known.probed_at).total_seconds() > stale_s:
        text = f"not probed for {(now - known.probed_at).total_seconds():.0f} s; last known: {known.text}"
    else:
        return known
    state: State = "init_failed" if known.state in ("not_initialized", "init_failed") else "unhealthy"
    since = known.since if known.state == state else (known.running_since or known.probed_at or known.since)
    return replace(known, state=state, since=since, text=text, latency_ms=None)


def component_state(component: Component, dependencies: Mapping[str, State]) -> tuple[State, str]:
    """A component's state and the reason, from the states of its dependencies.

    Parameters
    ----------
    component : Component
        An enabled one.
    dependencies : mapping
        State by name; one that is missing is switched off.

    Examples
    --------
    >>> graph = Component("knowledge_graph", stores=("neo4j",), feeds=("kafka",))
    >>> component_state(graph, {"neo4j": "healthy", "kafka": "unhealthy"})
    ('degraded', 'kafka is unhealthy: no new data arrives')
    """
    worst: tuple[State, ...] = ("unhealthy", "init_failed", "not_initialized", "degraded")
    for state in worst:
        bad = [name for name in component.stores if dependencies.get(name, "disabled") == state]
        if bad:
            return state, f"{bad[0]} is {state}"
    for name in component.feeds:
        state = dependencies.get(name, "disabled")
        if state != "healthy":
            return "degraded", f"{name} is {state}: no new data arrives"
    return "healthy", " and ".join(component.stores) + " answered"


def overall_state(states: Iterable[State]) -> Literal["healthy", "degraded"]:
    """Degraded as soon as anything that is switched on is not healthy.

    Examples
    --------
    >>> overall_state(["healthy", "disabled"]), overall_state(["healthy", "init_failed"])
    ('healthy', 'degraded')
    """
    return "healthy" if all(state in ("healthy", "disabled") for state in states) else "degraded"


def http_status(dependencies: Mapping[str, State], required: Iterable[str]) -> int:
    """503 only when something that is required is not usable, else 200.

    Examples
    --------
    >>> http_status({"neo4j": "unhealthy"}, []), http_status({"neo4j": "unhealthy"}, ["neo4j"])
    (200, 503)
    """
    usable = ("healthy", "degraded")
    return 503 if any(dependencies.get(name, "disabled") not in usable for name in required) else 200
