"""The product's promise: kill and freeze any worker at any moment, and every event is where it belongs, once."""

import os
import random
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, islice
from typing import get_args

import pytest

from workbench.database.connection import connect
from workbench.events.envelope import Event
from workbench.events.topics import TOPICS
from workbench.graph.driver import open_driver
from workbench.lake.delta import open_table
from workbench.pipelines.accounts import open_store_ledger
from workbench.pipelines.prepare import prepare
from workbench.pipelines.publish import open_publisher
from workbench.pipelines.rebuild import Rebuildable, rebuild
from workbench.pipelines.settle import wait_settled
from workbench.settings import Settings
from workbench.sources import chitchat
from workbench.sources.traffic import synthetic_calls
from workbench.stack.clickhouse import basic_header, request
from workbench.stack.programs import Programs
from workbench.stream.admin import delete_topics

SESSION_TIMEOUT_S = 2.0
FULL = os.environ.get("WORKBENCH_TEST_FULL") == "1"
EVENTS = 40_000 if FULL else 20_000
KILLS = FREEZES = 60 if FULL else 20
KINDS = ("graph", "context", "lake", "warehouse")

pytestmark = [pytest.mark.kafka, pytest.mark.neo4j, pytest.mark.clickhouse, pytest.mark.postgresql, pytest.mark.s3]


@dataclass
class Chaos:
    """Kills and freezes the two workers of one kind, in its own thread, until it has done its share."""

    kind: str
    programs: Programs
    seed: int
    kills: int = 0
    freezes: int = 0
    failure: str = ""
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        for number in (0, 1):
            self.programs.start(self.name(number), ["worker", self.kind])
        self.thread = threading.Thread(target=self.run, name=f"chaos-{self.kind}")
        self.thread.start()

    def name(self, number: int) -> str:
        return f"{self.kind}-{number}"

    def run(self) -> None:
        draw = random.Random(self.seed)
        faults = ["kill"] * KILLS + ["freeze"] * FREEZES
        draw.shuffle(faults)
        for fault in faults:
            time.sleep(draw.uniform(0.2, 1.2))  # at a random moment of their work
            victim = self.name(draw.randint(0, 1))
            if fault == "kill":
                self.programs.send(victim, signal.SIGKILL)
                if self.programs.reap(victim) != -signal.SIGKILL:
                    self.failure = f"{victim} had ended by itself:\n{self.programs.tail(victim)}"
                    return
                self.programs.start(victim, ["worker", self.kind])
                self.kills += 1
            else:
                self.programs.send(victim, signal.SIGSTOP)
                time.sleep(SESSION_TIMEOUT_S + draw.uniform(0.3, 1.0))  # the group gives its partitions away
                self.programs.send(victim, signal.SIGCONT)
                self.freezes += 1


def input_events() -> Iterator[Event]:
    """Real messages and synthetic calls, half and half, from all conversations and providers in turn."""
    with chitchat.packaged_file().open("rb") as stream:
        messages = [one for one in islice(chitchat.read(stream), EVENTS // 2) if isinstance(one, Event)]
    calls = synthetic_calls(EVENTS - len(messages), seed=3, until=datetime(2026, 1, 31, tzinfo=UTC))
    return chain.from_iterable(zip(messages, calls, strict=True))


def chunks(events: Iterable[Event], size: int) -> Iterator[list[Event]]:
    found = iter(events)
    while chunk := list(islice(found, size)):
        yield chunk


@pytest.mark.timeout(1800)
def test_killed_and_frozen_workers_lose_and_double_nothing(fresh: Settings) -> None:
    assert prepare(fresh)
    environment = {
        "WORKBENCH_HOME": str(fresh.home),
        "WORKBENCH_KAFKA_SESSION_TIMEOUT_MS": str(int(SESSION_TIMEOUT_S * 1000)),
    }
    publisher = open_publisher(fresh)
    with Programs(fresh.home / "logs", environment=environment) as programs:
        chaos = [Chaos(kind, programs, seed) for seed, kind in enumerate(KINDS)]
        try:
            for chunk in chunks(input_events(), 200):
                publisher.publish(chunk)
                if any(one.thread.is_alive() for one in chaos):
                    time.sleep(1.0 if not FULL else 1.5)  # so that events flow while workers die
        finally:
            for one in chaos:
                one.thread.join()
        assert [one.failure for one in chaos] == [""] * len(chaos)
        assert {(one.kills, one.freezes) for one in chaos} == {(KILLS, FREEZES)}
        found = wait_settled(fresh, timeout_s=240)
    publisher.close()
    found.require_ok()
    assert found.settled, found.frame()
    produced = {(row["hop"], row["event_type"]): row["produced"] for row in found.rows()}
    assert produced["context", "message.added"] == EVENTS // 2
    assert produced["warehouse", "llm.call.completed"] == EVENTS // 2
    assert sum(row["dead"] for row in found.rows()) == 0
    no_store_holds_anything_twice(fresh)
    the_lake_alone_gives_the_same_stores(fresh)


def no_store_holds_anything_twice(settings: Settings) -> None:
    """Reconciliation counts distinct events; here rows are counted as they stand."""
    half = EVENTS // 2
    with connect(settings.postgresql) as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT event_id) FROM conversation_events").fetchone()
        assert row == (half, half)
    with open_driver(settings) as driver:
        rows, _, _ = driver.execute_query("MATCH (m:Message) RETURN count(m) AS n, count(DISTINCT m.event_id) AS d")
        assert (rows[0]["n"], rows[0]["d"]) == (half, half)
        rows, _, _ = driver.execute_query(
            "MATCH ()-[r:MENTIONED_IN]->() RETURN count(r) AS n, count(DISTINCT r.event_id) AS d"
        )
        assert rows[0]["n"] == rows[0]["d"] > 0
    assert clickhouse(settings, "SELECT count(), uniqExact(call_id) FROM {}.llm_calls") == f"{half}\t{half}"
    assert clickhouse(settings, "SELECT sum(calls) FROM {}.llm_calls_by_hour") == str(half)
    table = open_table(settings.object_store, "raw_llm_calls")
    assert table.to_pyarrow_dataset().count_rows() == half


def clickhouse(settings: Settings, query: str) -> str:
    server = settings.clickhouse
    basic = basic_header(server.user, server.password.get_secret_value())
    status, body = request(server.port, basic, text=query.format(server.database))
    assert status == 200, body
    return body.strip()


def the_lake_alone_gives_the_same_stores(settings: Settings) -> None:
    delete_topics(settings, [topic.name for topic in TOPICS])
    for store in get_args(Rebuildable):
        done = rebuild(settings, store)
        assert done.same, done
        assert done.events > 0 or store == "learning"  # no conversation was completed here
        with open_store_ledger(store, settings) as ledger:
            assert ledger.content_hash() == done.before
