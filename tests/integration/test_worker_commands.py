"""``workbench worker`` and ``workbench dlq`` as processes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.stream_events import message
from tests.stack_waits import eventually
from workbench.resilience.outbox import Outbox, Refused
from workbench.settings import Settings
from workbench.stream.admin import admin_client

pytestmark = pytest.mark.kafka


def command(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workbench", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=home,
        env={**os.environ, "WORKBENCH_HOME": str(home), **environment},
    )


@pytest.fixture
def outbox(fresh: Settings) -> Iterator[Outbox]:
    box = Outbox(fresh.outbox_path)
    yield box
    box.close()


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("graph", "BIGDATA_ENABLE_KNOWLEDGE_GRAPH"),
        ("context", "BIGDATA_ENABLE_INFINITE_CONTEXT"),
        ("lake", "BIGDATA_ENABLE_DATA_LAKE"),
        ("learning", "BIGDATA_ENABLE_CROSS_LEARNING"),
        ("warehouse", "BIGDATA_ENABLE_ANALYTICS"),
    ],
)
def test_a_worker_that_is_switched_off_says_so_and_imports_no_driver(name: str, flag: str, tmp_path: Path) -> None:
    program = (
        "import sys; sys.argv = ['workbench', 'worker', sys.argv[1]]\n"
        "from workbench.cli import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "drivers = {'neo4j', 'psycopg', 'deltalake', 'boto3', 'clickhouse_connect'}\n"
        "print('imported:', *sorted(drivers & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, name],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "WORKBENCH_HOME": str(tmp_path), flag: "false"},
    )
    first, last = done.stdout.splitlines()
    assert first == f"worker {name}: disabled ({flag} or a component that it needs is off)"
    assert last == "imported:"


def test_a_graph_worker_extracts_and_relays_without_its_store_and_ends_by_sigterm(
    fresh: Settings, outbox: Outbox
) -> None:
    """Neo4j is not there: extraction goes on, the graph's partitions wait, and nothing is lost."""
    outbox.append(message(n, "We moved from Kafka to Neo4j and PostgreSQL") for n in range(20))
    with subprocess.Popen(
        [sys.executable, "-m", "workbench", "worker", "graph"],
        cwd=fresh.home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "WORKBENCH_HOME": str(fresh.home), "BIGDATA_NEO4J_URI": "bolt://127.0.0.1:1"},
    ) as child:
        eventually(lambda: outbox.extracted().get("message.added"), "messages are extracted")
        eventually(lambda: outbox.extracted()["message.added"].count == 20, "all messages are extracted")
        eventually(lambda: outbox.backlog().count == 0, "derived events are relayed")
        group = f"{fresh.kafka.consumer_group}-graph"
        with admin_client(fresh, "describe a group") as client:
            eventually(lambda: client.describe_groups([group])[group]["members"], "the graph's sink is a member")
        child.terminate()
        _, log = child.communicate(timeout=20)
        assert child.returncode == 0, log.decode()
    events = [json.loads(line) for line in log.decode().splitlines()]
    assert any(one["event"] == "store does not take events" and one["hop"] == "graph" for one in events)
    assert events[-1]["event"] == "worker ends"
    assert outbox.produced()["entity.created"].count >= 60
    assert b"We moved" not in log, "no message text in the log"


def test_pause_and_resume_are_switches_of_the_installation(fresh: Settings) -> None:
    assert command(fresh.home, "worker", "lake", "pause").stdout == "worker lake: paused\n"
    assert (fresh.home / "run" / "worker-lake.paused").exists()
    assert command(fresh.home, "worker", "lake", "resume").stdout == "worker lake: resumed\n"
    assert not (fresh.home / "run" / "worker-lake.paused").exists()


def test_dead_letters_are_listed_shown_and_replayed(fresh: Settings, outbox: Outbox) -> None:
    assert command(fresh.home, "dlq", "list").stdout == "no unresolved dead letters\n"
    outbox.append([message(1)])
    (sent,) = outbox.pending()
    outbox.mark_sent([sent.sequence])
    outbox.dead_letter(
        Refused("graph", "no such label", sent.body, message(1).event_id, "message.added", "topic", 2, 17)
    )
    outbox.dead_letter(Refused("import", "line is no JSON", b"{oops", source="usage.jsonl:4"))

    listed = [json.loads(line) for line in command(fresh.home, "dlq", "list", "--json").stdout.splitlines()]
    assert [(one["hop"], one["reason"]) for one in listed] == [
        ("graph", "no such label"),
        ("import", "line is no JSON"),
    ]
    table = command(fresh.home, "dlq", "list", COLUMNS="200").stdout
    assert "topic[2]@17" in table
    assert "usage.jsonl:4" in table
    shown = command(fresh.home, "dlq", "show", listed[1]["dead_letter_id"][:10]).stdout
    assert shown.endswith("5 original bytes:\n{oops\n")

    done = command(fresh.home, "dlq", "replay", "--all", "--json")
    assert done.returncode == 3, "one of them cannot be replayed"
    result = json.loads(done.stdout)
    assert result["sent"] == [listed[0]["dead_letter_id"]]
    assert "import the file again" in result["failed"][0][1]
    assert result["waiting"] is False
    assert [one.hop for one in outbox.dead_letters(status="unresolved")] == ["import"]

    unknown = command(fresh.home, "dlq", "show", "ffff")
    assert (unknown.returncode, unknown.stderr) == (
        2,
        "workbench: no dead letter has an id that begins with 'ffff'; run: workbench dlq list\n",
    )
    assert command(fresh.home, "dlq", "replay").returncode == 2
