from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.health.components import COMPONENTS, enabled_components, needed_dependencies
from workbench.health.report import OUTBOX, health_report
from workbench.health.status import (
    STATES,
    Evidence,
    State,
    after_failure,
    after_success,
    as_of,
    component_state,
    http_status,
    overall_state,
)
from workbench.settings import Settings, load_settings

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def settings_with(**more: str) -> Settings:
    return load_settings({"WORKBENCH_HOME": "/nowhere", **more})


NEW = Evidence("not_initialized", START)
UP = after_success(NEW, now=at(1), version="4.4", latency_ms=2.0)


def test_the_first_answer_makes_it_healthy_from_then_on() -> None:
    assert (UP.state, UP.since, UP.version, UP.probed_at) == ("healthy", at(1), "4.4", at(1))
    later = after_success(UP, now=at(6), version="4.4", latency_ms=3.0)
    assert (later.since, later.probed_at) == (at(1), at(6))


def test_what_never_answered_is_init_failed_at_once_and_healthy_when_it_answers() -> None:
    failed = after_failure(NEW, now=at(1), reason="refused", tolerated=3)
    assert (failed.state, failed.since, failed.text) == ("init_failed", at(1), "refused")
    still = after_failure(failed, now=at(2), reason="refused", tolerated=3)
    assert (still.state, still.since, still.failures) == ("init_failed", at(1), 2)
    assert after_success(still, now=at(3), version="v", latency_ms=1.0).state == "healthy"


def test_a_dependency_that_was_there_is_degraded_until_it_failed_too_often() -> None:
    known, states = UP, []
    for second in (2, 3, 4, 5):
        known = after_failure(known, now=at(second), reason="gone", tolerated=3)
        states.append((known.state, known.since))
    assert states == [("degraded", at(2)), ("degraded", at(2)), ("unhealthy", at(4)), ("unhealthy", at(4))]
    assert known.version == "4.4"  # the last one that is known


def test_zero_tolerated_failures_means_the_first_one_counts() -> None:
    assert after_failure(UP, now=at(2), reason="gone", tolerated=0).state == "unhealthy"


@pytest.mark.parametrize(
    ("known", "now", "state", "words"),
    [
        (UP, at(5), "healthy", "answered"),
        (Evidence("healthy", at(1), probed_at=at(1), running_since=at(6)), at(9), "healthy", "not probed yet"),
        (Evidence("healthy", at(1), probed_at=at(1), running_since=at(6)), at(11), "unhealthy", "no answer for 5 s"),
        (Evidence("not_initialized", START, running_since=START), at(5), "init_failed", "no answer for 5 s"),
        (UP, at(32), "unhealthy", "not probed for 31 s"),
    ],
)
def test_a_probe_that_hangs_or_stopped_is_seen_by_whoever_reads(
    known: Evidence, now: datetime, state: str, words: str
) -> None:
    found = as_of(known, now=now, deadline_s=4.0, stale_s=28.0)
    assert found.state == state
    assert words in found.text


STORE_STATES = [(state, state) for state in ("unhealthy", "init_failed", "not_initialized", "degraded", "healthy")]


@pytest.mark.parametrize(("store", "expected"), STORE_STATES)
def test_a_component_is_as_well_as_its_store(store: State, expected: State) -> None:
    graph = next(one for one in COMPONENTS if one.name == "knowledge_graph")
    assert component_state(graph, {"neo4j": store, "kafka": "healthy"})[0] == expected


@pytest.mark.parametrize("feed", ["unhealthy", "init_failed", "not_initialized", "degraded", "disabled"])
def test_a_component_without_its_feed_is_degraded_and_says_why(feed: State) -> None:
    graph = next(one for one in COMPONENTS if one.name == "knowledge_graph")
    assert component_state(graph, {"neo4j": "healthy", "kafka": feed}) == (
        "degraded",
        f"kafka is {feed}: no new data arrives",
    )


@pytest.mark.parametrize("state", STATES)
def test_anything_that_is_on_and_not_healthy_makes_the_whole_degraded(state: State) -> None:
    expected = "healthy" if state in ("healthy", "disabled") else "degraded"
    assert overall_state(["healthy", state, "disabled"]) == expected


@pytest.mark.parametrize("state", STATES)
def test_only_what_is_required_and_unusable_gives_503(state: State) -> None:
    assert http_status({"kafka": state}, []) == 200
    expected = 200 if state in ("healthy", "degraded") else 503
    assert http_status({"kafka": state}, ["kafka"]) == expected


def test_what_is_switched_off_is_neither_needed_nor_counted() -> None:
    settings = settings_with(BIGDATA_ENABLE_KNOWLEDGE_GRAPH="false", BIGDATA_ENABLE_ANALYTICS="false")
    assert needed_dependencies(settings) == ("kafka", "postgresql", "object_store")
    without_server = settings_with(SVC_NEO4J_ENABLED="false")
    assert "knowledge_graph" not in {one.name for one in enabled_components(without_server)}
    assert "neo4j" not in needed_dependencies(without_server)


def report(settings: Settings, **states: State) -> tuple[int, dict[str, Any]]:
    evidence = {name: Evidence(state, START, probed_at=at(9)) for name, state in states.items()}
    return health_report(settings, evidence, breakers={}, backlog=(3, 1.5), running=True, now=at(10))


ALL_UP: dict[str, State] = dict.fromkeys(
    ("kafka", "neo4j", "clickhouse", "postgresql", "object_store", OUTBOX), "healthy"
)


def test_the_answer_has_helixagents_keys_and_details_behind_them() -> None:
    status, body = report(settings_with(), **ALL_UP)
    assert status == 200
    assert list(body) == ["status", "components", "running", "details"]
    assert body["status"] == "healthy"
    assert body["components"] == dict.fromkeys(
        ("infinite_context", "distributed_memory", "knowledge_graph", "analytics", "cross_learning", "data_lake"),
        "healthy",
    )
    assert body["details"]["dependencies"]["kafka"]["age_s"] == 1.0
    assert body["details"]["outbox"]["backlog_events"] == 3


def test_one_store_down_degrades_the_whole_and_its_component_only() -> None:
    status, body = report(settings_with(), **{**ALL_UP, "clickhouse": "unhealthy"})
    assert (status, body["status"]) == (200, "degraded")
    assert {name for name, state in body["components"].items() if state != "healthy"} == {"analytics"}
    status, _ = report(settings_with(SVC_CLICKHOUSE_REQUIRED="true"), **{**ALL_UP, "clickhouse": "unhealthy"})
    assert status == 503


def test_a_component_that_is_off_does_not_degrade_the_whole() -> None:
    settings = settings_with(BIGDATA_ENABLE_KNOWLEDGE_GRAPH="false")
    states = {name: state for name, state in ALL_UP.items() if name != "neo4j"}
    _, body = report(settings, **states)
    assert body["status"] == "healthy"
    assert body["components"]["knowledge_graph"] == "disabled"
    assert body["details"]["dependencies"]["neo4j"] == {"state": "disabled"}


def test_an_outbox_that_cannot_be_written_degrades_the_whole() -> None:
    _, body = report(settings_with(), **{**ALL_UP, OUTBOX: "unhealthy"})
    assert body["status"] == "degraded"
