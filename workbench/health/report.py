"""The health answer: HelixAgent's keys, and the details behind them (pure over evidence)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workbench.clock import rfc3339
from workbench.health.components import COMPONENTS, DEPENDENCIES, enabled_components
from workbench.health.status import Evidence, State, component_state, http_status, overall_state
from workbench.resilience.breaker import BreakerSnapshot
from workbench.settings import Settings

OUTBOX = "outbox"
"""Name of the outbox's own probe."""


def dependency_details(evidence: Evidence, *, now: datetime) -> dict[str, Any]:
    """One dependency as JSON; ages and times in the units of their names."""
    age_s = None if evidence.probed_at is None else round((now - evidence.probed_at).total_seconds(), 3)
    return {
        "state": evidence.state,
        "since": rfc3339(evidence.since),
        "evidence": evidence.text,
        "age_s": age_s,
        "latency_ms": None if evidence.latency_ms is None else round(evidence.latency_ms, 3),
        "version": evidence.version,
        "failures_in_a_row": evidence.failures,
    }


def breaker_details(snapshot: BreakerSnapshot) -> dict[str, Any]:
    """One breaker as JSON."""
    return {
        "state": snapshot.state,
        "since_s": round(snapshot.since_s, 3),
        "successes": snapshot.successes,
        "failures": snapshot.failures,
        "rejected": snapshot.rejected,
        "opened": snapshot.opened,
        "retry_after_s": round(snapshot.retry_after_s, 3),
        "last_error": snapshot.last_error or None,
    }


def component_states(settings: Settings, dependencies: Mapping[str, State]) -> dict[str, tuple[State, str]]:
    """Each component's state and its reason, in the order of the table."""
    enabled = {one.name for one in enabled_components(settings)}
    return {
        one.name: component_state(one, dependencies) if one.name in enabled else ("disabled", "switched off")
        for one in COMPONENTS
    }


def health_report(
    settings: Settings,
    evidence: Mapping[str, Evidence],
    *,
    breakers: Mapping[str, BreakerSnapshot],
    backlog: tuple[int, float] | None,
    running: bool,
    now: datetime,
) -> tuple[int, dict[str, Any]]:
    """HTTP status and body.

    Parameters
    ----------
    settings : Settings
    evidence : mapping
        By dependency, and the outbox's under `OUTBOX`.
    breakers : mapping
    backlog : (events, age in seconds) or None
        What the outbox has not sent; None when it cannot be read.
    running : bool
        Whether the service takes requests.
    now : datetime
    """
    states: dict[str, State] = {name: one.state for name, one in evidence.items() if name != OUTBOX}
    components = component_states(settings, states)
    dependencies: dict[str, dict[str, Any]] = {
        name: dependency_details(evidence[name], now=now) if name in evidence else {"state": "disabled"}
        for name in DEPENDENCIES
    }
    for name, details in dependencies.items():
        if name in breakers:
            details["breaker"] = breaker_details(breakers[name])
    outbox: dict[str, Any] = dependency_details(evidence[OUTBOX], now=now) if OUTBOX in evidence else {}
    outbox |= {
        "backlog_events": None if backlog is None else backlog[0],
        "oldest_age_s": None if backlog is None else round(backlog[1], 3),
    }
    outbox_state: list[State] = [evidence[OUTBOX].state] if OUTBOX in evidence else []
    whole = overall_state([*(state for state, _ in components.values()), *states.values(), *outbox_state])
    body = {
        "status": whole,
        "components": {name: state for name, (state, _) in components.items()},
        "running": running,
        "details": {
            "components": {
                one.name: {
                    "state": components[one.name][0],
                    "reason": components[one.name][1],
                    "stores": list(one.stores),
                    "feeds": list(one.feeds),
                    **({"note": one.note} if one.note else {}),
                }
                for one in COMPONENTS
            },
            "dependencies": dependencies,
            "outbox": outbox,
            "breakers": {name: breaker_details(one) for name, one in breakers.items() if name not in dependencies},
        },
    }
    return http_status(states, settings.required), body
