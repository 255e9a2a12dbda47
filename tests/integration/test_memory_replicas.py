"""Two nodes, one Kafka, one PostgreSQL: what one remembers, changes and forgets, the other does too."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.integration.memory_nodes import TENANT, USER, MemoryNode, another_home
from tests.stack_faults import Servers
from tests.stack_waits import eventually
from workbench.database import migrations
from workbench.database.memory_ledger import MemoryLedger
from workbench.database.replica_apply import Arrival, take_in
from workbench.errors import FencedError, NotFoundError, StoreUnavailableError, UsageError
from workbench.events.codec import decode_event, decode_payload, encode_event, make_event
from workbench.events.payloads import MemorySync
from workbench.events.topics import MEMORY_EVENTS, TOPICS
from workbench.memory.writing import Wish
from workbench.pipelines.memory_ingest import memory_sink
from workbench.pipelines.reconcile import reconcile
from workbench.settings import Settings, load_settings
from workbench.stream.admin import create_topics, delete_topics
from workbench.stream.sink import Batch, Delivery, Positions, TopicPartition

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]


@pytest.fixture
def nodes(fresh: Settings) -> Iterator[tuple[MemoryNode, MemoryNode]]:
    migrations.apply(fresh)
    with another_home(fresh) as other, MemoryNode(fresh) as a, MemoryNode(other) as b:
        assert a.node_id != b.node_id
        yield a, b


def only_memory(settings: Settings) -> Settings:
    off = {f"BIGDATA_ENABLE_{name}": "false" for name in ("INFINITE_CONTEXT", "KNOWLEDGE_GRAPH", "DATA_LAKE")}
    return load_settings({"WORKBENCH_HOME": str(settings.home), **off}, directory=settings.home)


def test_two_nodes_that_were_apart_end_in_one_state_and_each_accounts_for_its_own(
    nodes: tuple[MemoryNode, MemoryNode],
) -> None:
    a, b = nodes
    tea = a.store.add(TENANT, USER, wish=Wish("likes tea", add_tags=("taste", "drinks")))
    gone = a.store.add(TENANT, USER, wish=Wish("a secret"))
    with a.worker(), b.worker():
        eventually(lambda: len(b.contents()) == 2, "b has what a wrote")
    # both workers are away: both nodes go on alone
    a.store.change(TENANT, USER, memory_id=tea.memory_id, wish=Wish("likes green tea", remove_tags=("drinks",)))
    b.store.change(TENANT, USER, memory_id=tea.memory_id, wish=Wish(add_tags=("drinks2",), importance=0.9))
    b.store.forget(TENANT, USER, memory_id=gone.memory_id)
    a.store.change(TENANT, USER, memory_id=gone.memory_id, wish=Wish("a secret, changed"))
    b.store.add(TENANT, "default/bob", wish=Wish("bob's own"))
    with a.worker(), b.worker():
        eventually(lambda: a.clock() == b.clock() == {a.node_id: 4, b.node_id: 3}, "all seven events are everywhere")
        eventually(lambda: a.hash() == b.hash(), "one state")
    assert a.contents() == b.contents() == {"likes green tea": ("drinks2", "taste")}
    assert a.store.get(TENANT, USER, memory_id=tea.memory_id).importance == 0.9
    assert a.contents("default/bob") == {"bob's own": ()}
    with pytest.raises(NotFoundError):
        a.store.get(TENANT, "default/bob", memory_id=tea.memory_id)
    with pytest.raises(NotFoundError):
        a.store.change("other", USER, memory_id=tea.memory_id, wish=Wish("mine now"))
    for node in nodes:
        found = reconcile(only_memory(node.settings))
        assert found.ok, found.rows()
        counts = {one.event_type: (one.hop, one.produced, one.stored) for one in found.accounts}
        assert counts["memory.created"] == ("memory", *((2, 2) if node is a else (1, 1)))


def test_a_synchronisation_pulls_and_publishes_without_any_worker(nodes: tuple[MemoryNode, MemoryNode]) -> None:
    a, b = nodes
    for number in range(20):
        a.store.add(TENANT, USER, wish=Wish(f"a{number}"))
    b.store.add(TENANT, USER, wish=Wish("b"))
    first, second = a.sync(), b.sync()
    assert (first.published, second.added) == (True, 20 + 1)  # a's twenty, and what a told
    assert b.clock() == {a.node_id: 20, b.node_id: 1}
    assert a.sync().added >= 1
    assert a.hash() == b.hash()
    assert a.sync().added <= 1, "again and again changes nothing but what is told"


def test_what_kafka_no_longer_holds_is_sent_again_to_a_node_that_lacks_it(
    nodes: tuple[MemoryNode, MemoryNode],
) -> None:
    a, b = nodes
    b.sync()  # b says that it is there and has nothing
    for number in range(5):
        a.store.add(TENANT, USER, wish=Wish(f"a{number}"))
    assert a.sync().sent_again == 0, "Kafka holds them"
    memory = [topic for topic in TOPICS if topic.name == MEMORY_EVENTS]
    delete_topics(a.settings, [MEMORY_EVENTS])
    create_topics(a.settings, memory)
    assert b.sync().added == 0, "they are gone from Kafka before b has read them"
    assert a.sync().sent_again == 5
    b.sync()
    assert sorted(map(str, b.contents())) == [f"a{number}" for number in range(5)]
    assert a.hash() == b.hash()
    assert a.sync().sent_again == 0, "b has told that it has them"


def test_twice_delivered_and_reordered_events_change_nothing(nodes: tuple[MemoryNode, MemoryNode]) -> None:
    a, b = nodes
    made = a.store.add(TENANT, USER, wish=Wish("first", add_tags=("x",)))
    a.store.change(TENANT, USER, memory_id=made.memory_id, wish=Wish("second\x00", remove_tags=("x",)))
    bodies = [one.body for one in a.publisher.outbox.pending(10)] or []
    if len(bodies) < 2:  # the relay was quick: they are in Kafka, and came back
        a.sync()
        with a.pool.connection() as connection, connection.transaction():
            rows = connection.execute(b"SELECT body FROM memory_events WHERE counter IS NOT NULL ORDER BY counter")
            bodies = [str(body).encode() for (body,) in rows]
    arrivals = [Arrival(decode_event(one), decode_payload(decode_event(one)), one.decode()) for one in bodies]
    for group in ([arrivals[1]], [arrivals[0], arrivals[1]], [arrivals[0], arrivals[0]]):
        with b.pool.connection() as connection, connection.transaction():
            take_in(connection, b.node_id, arrivals=group)
    assert b.contents() == a.contents() == {"second\x00": ()}
    assert a.hash() == b.hash()


def test_a_forgotten_memory_leaves_no_content_once_all_nodes_know(nodes: tuple[MemoryNode, MemoryNode]) -> None:
    a, b = nodes
    secret = a.store.add(TENANT, USER, wish=Wish("the secret word"))
    for node in (a, b):
        node.sync()
    b.store.forget(TENANT, USER, memory_id=secret.memory_id)
    for node in (b, a, b):
        node.sync()
    request = [one for one in _events(b, "memory.sync_request") if f'"node_id":"{a.node_id}"' in one.body.decode()]
    with b.pool.connection() as connection, connection.transaction():  # an hour later, so to say: no rest needed
        connection.execute(b"DELETE FROM memory_events WHERE event_type = 'memory.sync_request'")
        take_in(connection, b.node_id, arrivals=[_arrival(one.body) for one in request], rest_s=0.0)
        kept = connection.execute(
            b"SELECT count(*) FILTER (WHERE body LIKE '%%secret word%%'), count(*) FILTER (WHERE purged)"
            b" FROM memory_events WHERE replica_id = %s",
            (b.node_id,),
        ).fetchone()
        left = connection.execute(b"SELECT count(*) FROM memories WHERE replica_id = %s", (b.node_id,)).fetchone()
    assert kept == (0, 2)
    assert left == (0,)
    late = _events(a, "memory.created")
    with b.pool.connection() as connection, connection.transaction():
        connection.execute(b"DELETE FROM memory_events WHERE replica_id = %s", (b.node_id,))
        take_in(connection, b.node_id, arrivals=[_arrival(one.body) for one in late])
    assert b.contents() == {}, "nor does a late repeat bring it back"


def test_a_deletion_that_comes_after_the_news_of_its_purge_still_removes_the_memory(
    nodes: tuple[MemoryNode, MemoryNode],
) -> None:
    a, b = nodes
    secret = a.store.add(TENANT, USER, wish=Wish("the secret word"))
    a.store.forget(TENANT, USER, memory_id=secret.memory_id)
    a.sync()
    [made], [gone] = _events(a, "memory.created"), _events(a, "memory.deleted")
    own = decode_event(made.body)
    news = MemorySync(node_id="c", vector_clock={}, purged={a.node_id: [(1, 3)]})
    told = make_event(
        "memory.sync_request", news, event_id="c" * 64, tenant_id=TENANT, occurred_at=own.occurred_at,
        conversation_id="memory:c", session_id="c", user_id=USER,
    )  # fmt: skip
    body = encode_event(told).decode()
    for one in (_arrival(made.body), Arrival(told, news, body), _arrival(gone.body)):
        with b.pool.connection() as connection, connection.transaction():
            take_in(connection, b.node_id, arrivals=[one])
    assert b.contents() == a.contents() == {}


def test_a_node_alone_keeps_nothing_of_what_was_forgotten(nodes: tuple[MemoryNode, MemoryNode]) -> None:
    a, _ = nodes
    secret = a.store.add(TENANT, USER, wish=Wish("the secret word"))
    a.store.forget(TENANT, USER, memory_id=secret.memory_id)
    a.store.add(TENANT, USER, wish=Wish("another"))
    a.sync()
    with a.pool.connection() as connection, connection.transaction():  # at its next write an hour later, so to say
        connection.execute(b"UPDATE memories SET touched_at = touched_at - interval '2 hours'")
    a.store.add(TENANT, USER, wish=Wish("a third"))
    with a.pool.connection() as connection, connection.transaction():
        kept = connection.execute(b"SELECT count(*) FROM memory_events WHERE body LIKE '%%secret word%%'").fetchone()
    assert kept == (0,)
    assert set(a.contents()) == {"another", "a third"}


class _Body:
    def __init__(self, body: str) -> None:
        self.body = body.encode()


def _events(node: MemoryNode, name: str) -> list[_Body]:
    with node.pool.connection() as connection, connection.transaction():
        rows = connection.execute(
            b"SELECT DISTINCT body FROM memory_events WHERE event_type = %s AND body IS NOT NULL", (name,)
        ).fetchall()
    return [_Body(body) for (body,) in rows]


def _arrival(body: bytes) -> Arrival:
    event = decode_event(body)
    return Arrival(event, decode_payload(event), body.decode())


def test_nobody_else_gets_the_number_of_a_write_that_died_before_its_commit(
    nodes: tuple[MemoryNode, MemoryNode],
) -> None:
    a, b = nodes
    a.store.add(TENANT, USER, wish=Wish("one"))
    with MemoryLedger(a.settings, a.node_id) as ledger:
        ledger.clear()  # as if PostgreSQL had lost the commit: the outbox has the event
    a.store.add(TENANT, USER, wish=Wish("two"))
    with a.worker(), b.worker():
        eventually(lambda: a.clock() == b.clock() == {a.node_id: 2}, "both events, each under its own number")
    assert set(a.contents()) == set(b.contents()) == {"one", "two"}


def test_postgresql_gone_refuses_a_write_and_kafka_gone_does_not(
    nodes: tuple[MemoryNode, MemoryNode], servers: Servers
) -> None:
    a, b = nodes
    with servers.gone("postgresql"):
        with pytest.raises(StoreUnavailableError):
            a.store.add(TENANT, USER, wish=Wish("lost"))
        assert a.publisher.outbox.produced() == {}, "nothing was half-written"
    with servers.gone("kafka"):
        a.store.add(TENANT, USER, wish=Wish("kept"))
        with pytest.raises(StoreUnavailableError):
            b.sync()
    with b.worker():
        eventually(lambda: set(b.contents()) == {"kept"}, "b has it when Kafka is back", timeout_s=60)


def test_what_cannot_be_said_is_refused_before_it_is_an_event(nodes: tuple[MemoryNode, MemoryNode]) -> None:
    a, _ = nodes
    for wish in (Wish(), Wish("x" * 32_769), Wish("x", add_tags=("\x00",)), Wish("x", importance=1.5)):
        with pytest.raises(UsageError):
            a.store.add(TENANT, USER, wish=wish)
    assert a.publisher.outbox.produced() == {}


def test_a_worker_that_was_frozen_and_replaced_cannot_write_and_a_repeat_changes_nothing(
    nodes: tuple[MemoryNode, MemoryNode],
) -> None:
    a, b = nodes
    made = a.store.add(TENANT, USER, wish=Wish("tea"))
    a.sync()
    body = next(one.body for one in _events(a, "memory.created"))
    event = decode_event(body)
    place = TopicPartition(MEMORY_EVENTS, 0)
    once = Batch(
        [Delivery(event, decode_payload(event), place, 0, body)], {place: Positions(expected=0, next_offset=1, epoch=1)}
    )
    with closing(memory_sink(b.settings, b.publisher.outbox)) as frozen:
        assert frozen.claim({place: "id"})[place].epoch == 1
        with closing(memory_sink(b.settings, b.publisher.outbox)) as other:
            claim = other.claim({place: "id"})[place]
            with pytest.raises(FencedError):
                frozen.write(once)
            assert b.contents() == {}, "nothing was written"
            other.write(Batch(once.deliveries, {place: Positions(0, 1, claim.epoch)}))
            other.write(Batch(once.deliveries, {place: Positions(1, 2, claim.epoch)}))
    assert b.store.get(TENANT, USER, memory_id=made.memory_id).content == "tea"
    with MemoryLedger(b.settings, b.node_id) as ledger:
        assert ledger.tallies()["memory.created"].count == 1
        assert ledger.offsets() == {(MEMORY_EVENTS, 0): 2}


def test_a_worker_survives_postgresql_and_goes_on_when_it_is_back(
    nodes: tuple[MemoryNode, MemoryNode], servers: Servers
) -> None:
    a, b = nodes
    with b.worker():
        a.store.add(TENANT, USER, wish=Wish("before"))
        eventually(lambda: set(b.contents()) == {"before"}, "b follows")
        with servers.gone("postgresql"), pytest.raises(StoreUnavailableError):
            b.contents()
        a.store.add(TENANT, USER, wish=Wish("after"))
        eventually(lambda: set(b.contents()) == {"before", "after"}, "b follows again", timeout_s=60)
