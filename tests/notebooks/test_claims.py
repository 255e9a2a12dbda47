"""With data every claim holds; each notebook's claims fail under one named fault, and say their numbers.

One filled home for all: filling takes most of the time.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.notebooks.graph_faults import FAULTS
from tests.stack_fixtures import settings_in
from workbench.clock import utc_now
from workbench.course.runner import RunResult, run_all
from workbench.course.views.graph import GraphView
from workbench.events.codec import make_event
from workbench.events.payloads import Message
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stack.clickhouse import basic_header, request

pytestmark = [pytest.mark.kafka, pytest.mark.neo4j, pytest.mark.clickhouse, pytest.mark.postgresql, pytest.mark.s3]


@pytest.fixture
def filled(fresh: Settings) -> Settings:
    """Recorded conversations and synthetic calls in every store, settled."""
    said = (fresh.home / "connections.json").read_text()
    connections = json.loads(said)
    environment = {**os.environ, **connections, "WORKBENCH_HOME": str(fresh.home)}
    command = [sys.executable, "-m", "workbench", "run", "--conversations", "40", "--calls", "1500", "--no-notebooks"]
    done = subprocess.run(command, env=environment, cwd=fresh.home, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
    (fresh.home / "connections.json").write_text(said)  # run has seen servers of somebody else, and runs none itself
    return fresh


def lose_an_acknowledged_event(settings: Settings) -> None:
    """Kafka said that it has it, and no store ever sees it."""
    event = make_event(
        "message.added", Message(role="user", text="Where did I go?"), event_id="f" * 64, occurred_at=utc_now(),
        conversation_id="lost", session_id="lost", user_id="lost",
    )  # fmt: skip
    outbox = Outbox(settings.outbox_path)
    try:
        outbox.append([event])
        outbox.mark_sent(one.sequence for one in outbox.pending())
    finally:
        outbox.close()


def delete_a_segment(settings: Settings) -> None:
    """A segment of the longest conversation goes, its messages stay."""
    given = settings.postgresql
    with psycopg.connect(
        host=given.host, port=given.port, user=given.user, password=given.password.get_secret_value(),
        dbname=given.database, autocommit=True,
    ) as connection:  # fmt: skip
        done = connection.execute(
            "DELETE FROM segments WHERE segment = 1 AND conversation_id ="
            " (SELECT conversation_id FROM conversations ORDER BY token_count DESC, conversation_id LIMIT 1)"
        )
        assert done.rowcount == 1


def count_hourly_states_twice(settings: Settings) -> None:
    """What a materialized view does when a block arrives twice and nothing deduplicates it."""
    given = settings.clickhouse
    basic = basic_header(given.user, given.password.get_secret_value())
    table = f"{given.database}.llm_calls_by_hour"
    twice = f"INSERT INTO {table} SELECT * FROM {table}"  # noqa: S608  a name that the test has made
    status, body = request(given.port, basic, text=twice)
    assert status == 200, body


def failures(result: RunResult) -> dict[str, str]:
    return {done.name: done.failure.message if done.failure else "" for done in result.outcomes}


@pytest.mark.timeout(900)
def test_with_data_every_claim_holds_and_under_its_fault_each_fails_with_numbers(
    filled: Settings, tmp_path: Path
) -> None:
    held = run_all(filled, reports_dir=tmp_path / "held" / "reports")
    assert set(failures(held).values()) == {""}
    assert all(done.headline is not None and done.claims for done in held.outcomes)

    elsewhere = {
        "03_knowledge_graph": {"since": "2000-01-01T00:00:00Z", "until": "2000-01-02T00:00:00Z", "watch_s": "0"},
        "04_infinite_context": {"window_tokens": "100"},
        "06_analytics": {"as_of": "2000-01-01T00:00:00Z"},
    }
    other = run_all(filled, names=list(elsewhere), parameters=elsewhere, reports_dir=tmp_path / "other" / "reports")
    assert set(failures(other).values()) == {""}
    assert "No entity was found" in (tmp_path / "other" / "reports" / "03_knowledge_graph.html").read_text()
    assert "No answered call in this window" in (tmp_path / "other" / "reports" / "06_analytics.html").read_text()

    graph = GraphView(filled)
    for change, says in FAULTS.items():
        assert change(filled, graph.choose("")) > 0, change.__name__
        given = {"03_knowledge_graph": {"watch_s": "0"}}
        told = run_all(filled, names=list(given), parameters=given, reports_dir=tmp_path / change.__name__ / "reports")
        assert says in failures(told)["03_knowledge_graph"]

    faults: tuple[Callable[[Settings], None], ...] = (
        lose_an_acknowledged_event,
        delete_a_segment,
        count_hourly_states_twice,
    )
    for fault in faults:
        fault(filled)
    stores = ["03_knowledge_graph", "04_infinite_context", "05_data_lake", "06_analytics", "07_health"]
    broken = failures(run_all(filled, names=stores, reports_dir=tmp_path / "broken" / "reports"))
    assert "is in the graph, on its way, or dead-lettered" in broken["03_knowledge_graph"]
    assert "Every message is in exactly one segment" in broken["04_infinite_context"]
    assert "Every produced event is archived" in broken["05_data_lake"]
    assert "Hourly states count the same calls" in broken["06_analytics"]
    assert "Every produced event is stored, pending, dead-lettered" in broken["07_health"]
    # One message, lost once per hop that must account for it: extraction and graph; lake; these and the context.
    for name, lost in (("03_knowledge_graph", 2), ("05_data_lake", 1), ("07_health", 4)):
        assert f"lost {lost}" in broken[name]

    # A server that does not answer, and a password that is shown because it equals the user's name.
    wrong = settings_in(
        filled.home,
        BIGDATA_NEO4J_URI="bolt://127.0.0.1:1",
        BIGDATA_NEO4J_PASSWORD="neo4j",
        WORKBENCH_NEO4J_TIMEOUT_S="1",
    )
    config = ["01_architecture", "02_configuration"]
    said = failures(run_all(wrong, names=config, reports_dir=tmp_path / "wrong" / "reports"))
    assert "Everything that is switched on is healthy" in said["01_architecture"]
    assert "No secret is shown" in said["02_configuration"]
    page = (tmp_path / "wrong" / "reports" / "index.html").read_text()
    assert "2 of 2 notebooks failed" in page
    assert filled.clickhouse.password.get_secret_value() not in page
