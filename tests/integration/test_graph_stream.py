"""Kafka into Neo4j while Neo4j is killed, stopped, frozen, locked, exhausted or poisoned: each event arrives once."""

import json
import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from neo4j.exceptions import TransientError

from tests.integration.graph_batches import entity, message, rows, span
from tests.integration.graph_flow import LEAST_LAG, SMALL, Flow, flow
from tests.integration.stream_events import worker
from tests.integration.test_worker_commands import command
from tests.stack_faults import Servers
from tests.stack_fixtures import settings_in
from tests.stack_waits import eventually
from workbench.graph.driver import POOL_SIZE, open_driver
from workbench.graph.writer import GraphWriter
from workbench.pipelines.graph_ingest import GraphSink, graph_sink
from workbench.settings import Settings
from workbench.stream.admin import admin_client
from workbench.stream.consumer import group_of
from workbench.stream.progress import WorkerProgress, read_progress

pytestmark = [pytest.mark.kafka, pytest.mark.neo4j]


@pytest.fixture
def settings(fresh: Settings) -> Settings:
    """A driver that gives up soon, and a breaker that looks again soon."""
    return settings_in(fresh.home, WORKBENCH_NEO4J_TIMEOUT_S="2", WORKBENCH_BREAKER_OPEN_S="1")


@pytest.fixture
def stream(settings: Settings) -> Iterator[Flow]:
    with flow(settings) as found:
        yield found


def progress(settings: Settings) -> WorkerProgress:
    (found,) = read_progress(settings)
    return found


def members(settings: Settings) -> set[str]:
    group = group_of(settings, "graph")
    with admin_client(settings, "describe a group") as client:
        return {one["member_id"] for one in client.describe_groups([group])[group]["members"]}


def epochs(settings: Settings) -> list[tuple[object, ...]]:
    """Each claim of a topic partition raises its epoch, so equal epochs mean that the group did not change."""
    return rows(settings, "MATCH (o:StreamOffset) RETURN o.stream_offset_key, o.epoch ORDER BY o.stream_offset_key")


def test_neo4j_killed_and_then_stopped_under_two_workers_is_waited_for_and_the_group_stays_as_it_is(
    settings: Settings, stream: Flow, servers: Servers
) -> None:
    """The group is compared from after the kill: a commit whose answer was lost with the server fences the worker that
    tries it again, and it joins anew."""
    with (
        worker(graph_sink(settings), settings, stream.outbox, limits=SMALL),
        worker(graph_sink(settings), settings, stream.outbox, limits=SMALL),
    ):
        eventually(lambda: len(members(settings)) == 2, "both are members")
        stream.more(40)
        stream.settled()
        stream.more(120)
        stream.some_arrived()
        servers.kill_and_wait("neo4j")
        stream.some_arrived()
        stream.settled()
        eventually(lambda: len(members(settings)) == 2, "both are members after the kill")
        stream.more(40)  # what is written again was claimed again
        stream.settled()
        before = members(settings), epochs(settings)
        with servers.gone("neo4j"):
            stream.more(20)
            eventually(lambda: progress(settings).state == "holding", "the workers hold their partitions")
            assert "Neo4j" in progress(settings).hold_reason
        stream.settled()
        assert (members(settings), epochs(settings)) == before
    stream.reconciled()


def test_neo4j_frozen_for_longer_than_the_drivers_patience_loses_and_doubles_nothing(
    settings: Settings, stream: Flow, servers: Servers
) -> None:
    with worker(graph_sink(settings), settings, stream.outbox, limits=SMALL):
        stream.more(120)
        stream.some_arrived()
        with servers.frozen("neo4j"):
            eventually(lambda: progress(settings).hold_reason, "the driver gives up")
            stream.more(20)
        stream.settled()
    stream.reconciled()


class Rival:
    """Locks the entities of the stream one after the other, against the order in which the sink takes them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.run, name="rival")

    def __enter__(self) -> "Rival":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def run(self) -> None:
        with open_driver(self.settings) as driver, driver.session() as session:
            while not self.stop.is_set():
                names = session.run("MATCH (e:Entity) RETURN e.entity_id ORDER BY e.entity_id DESC").value()
                transaction = session.begin_transaction()
                try:
                    for name in names:
                        lock = "MATCH (e:Entity {entity_id: $name}) SET e.rival = 1 REMOVE e.rival"
                        transaction.run(lock, name=name).consume()
                    transaction.rollback()
                except TransientError:  # it was chosen to give way this time
                    transaction.close()


def test_deadlocks_among_two_workers_and_a_rival_are_tried_again_and_lose_nothing(
    settings: Settings, stream: Flow, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.WARNING, logger="neo4j"),
        worker(graph_sink(settings), settings, stream.outbox, limits=SMALL),
        worker(graph_sink(settings), settings, stream.outbox, limits=SMALL),
        Rival(settings) as rival,
    ):

        def met() -> bool:
            if stream.lag() < LEAST_LAG:
                stream.more(30)
            return any("DeadlockDetected" in one.getMessage() for one in caplog.records)

        eventually(met, "a worker's own transaction meets a deadlock", timeout_s=60)
        rival.stop.set()
        stream.settled()
    stream.reconciled()


def test_an_exhausted_pool_pauses_the_stream_and_halves_its_batches(settings: Settings, stream: Flow) -> None:
    driver = open_driver(settings, timeout_s=0.3)
    with worker(GraphSink(GraphWriter(driver, settings)), settings, stream.outbox, limits=SMALL):
        stream.more(30)
        stream.settled()
        before = members(settings), epochs(settings)
        with ExitStack() as held:
            for _ in range(POOL_SIZE):
                held.enter_context(driver.session()).begin_transaction()
            stream.more(60)
            eventually(lambda: progress(settings).state == "holding", "the worker holds")
            eventually(lambda: progress(settings).batch_events < SMALL.events, "batches are smaller")
            assert "in use" in progress(settings).hold_reason
            eventually(lambda: (progress(settings).lag_events or 0) > 0, "the lag is told while it holds")
        stream.settled()
        eventually(lambda: progress(settings).lag_events == 0, "the lag is told")
        assert progress(settings).hold_reason == ""
        assert (members(settings), epochs(settings)) == before
    stream.reconciled()


def test_poison_among_good_events_goes_to_the_dead_letters_and_flows_again_after_a_fix(
    settings: Settings, stream: Flow
) -> None:
    poison = {
        "a number above 64 bits": entity("wide", mention=span("m0", start=2**70)),
        "an id that no index takes": message("p2", conversation="x" * 30_000),
        "a name that the operator's index does not take": entity("long", mention=span("m1"), name="n" * 9_000),
        "the same among others": entity("longer", mention=span("m2"), name="n" * 20_000),
    }
    rows(settings, "CREATE INDEX operators_own FOR (e:Entity) ON (e.name)")
    try:
        rows(settings, "CALL db.awaitIndexes()")
        with worker(graph_sink(settings), settings, stream.outbox):
            stream.more(40)
            stream.publisher.publish(poison.values())
            stream.more(40)
            stream.settled()
            letters = {one.event_id: one for one in stream.outbox.dead_letters(status="unresolved")}
            assert letters.keys() == {one.event_id for one in poison.values()}
            stream.accounted()
    finally:
        rows(settings, "DROP INDEX operators_own")
    with worker(graph_sink(settings), settings, stream.outbox):
        stream.settled()
        done = command(settings.home, "dlq", "replay", "--all", "--json")
        assert done.returncode == 0, done.stderr
        assert len(json.loads(done.stdout)["sent"]) == 4
        eventually(lambda: len(list(stream.outbox.dead_letters())) == 6, "the number and the id are refused again")
        stream.settled()
    left = {one.event_id: one.reason for one in stream.outbox.dead_letters(status="unresolved")}
    assert "no form in Neo4j" in left.pop(poison["a number above 64 bits"].event_id)
    assert "30000 characters" in left.pop(poison["an id that no index takes"].event_id)
    assert left == {}
    ((found,),) = rows(settings, "MATCH (e:Entity) WHERE size(e.name) >= 9000 RETURN count(e)")
    assert found == 2
    stream.reconciled()
