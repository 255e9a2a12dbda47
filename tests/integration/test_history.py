"""A conversation replayed from its Kafka partition: every turn once, of its tenant alone, moving nobody's offsets."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.context_batches import NOON, deliveries, message
from tests.stack_faults import Servers
from workbench.database import migrations
from workbench.errors import StoreUnavailableError
from workbench.events.codec import encode_event, make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import MessageDeleted, MessageEdited
from workbench.events.topics import CONVERSATIONS
from workbench.pipelines.context_ingest import context_sink
from workbench.pipelines.history import History
from workbench.pipelines.window import WindowSource, build_window
from workbench.resilience.breakers import CircuitBreakers
from workbench.settings import Settings
from workbench.stream.admin import create_topics
from workbench.stream.producer import open_producer
from workbench.stream.sink import Batch

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

ASK = [{"role": "user", "content": "Which port has H17?"}]


def produce(settings: Settings, events: Sequence[Event]) -> None:
    create_topics(settings)
    producer = open_producer(settings)
    for one in events:
        producer.send(CONVERSATIONS, value=encode_event(one), key=one.conversation_id.encode())
    producer.flush()
    producer.close()


def revised(name: str, number: int, payload: Any, at_s: float = 9_000) -> Event:
    return make_event(
        name,
        payload,
        event_id=event_id_of("revision", f"{name}/{number}/{at_s}".encode()),
        occurred_at=NOON + timedelta(seconds=at_s),
        conversation_id="c",
        session_id="s",
        user_id="u",
    )


@pytest.fixture
def history(fresh: Settings) -> Iterator[History]:
    with closing(History(fresh, breaker=CircuitBreakers(fresh.breaker).of("kafka"), most_records=1_000)) as found:
        yield found


def texts(history: History, conversation_id: str = "c", tenant_id: str = "default") -> list[str]:
    return [turn.text for turn in history.turns(tenant_id, conversation_id=conversation_id)[0]]


def test_the_turns_of_one_conversation_come_in_order_each_once(fresh: Settings, history: History) -> None:
    said = [message(n, conversation_id=f"c{n % 3}", text=f"{n}") for n in range(30)]
    produce(fresh, [*said, *said[:9]])
    assert texts(history, "c1") == [str(n) for n in range(1, 30, 3)]
    turns, complete = history.turns("default", conversation_id="c1")
    assert complete
    assert [turn.sequence for turn in turns] == list(range(1, 11))
    assert turns[0].turn_id == said[1].event_id
    assert (turns[0].speaker, turns[0].session_id, turns[0].tokens) == ("u", "s", 1)
    assert texts(history, "nobody's") == []


def test_what_came_since_is_read_on(fresh: Settings, history: History) -> None:
    produce(fresh, [message(1)])
    assert texts(history) == ["message 1"]
    produce(fresh, [message(2)])
    assert texts(history) == ["message 1", "message 2"]


def test_another_tenants_turns_of_the_same_conversation_id_are_left_out(fresh: Settings, history: History) -> None:
    produce(fresh, [message(1, text="mine"), message(2, text="theirs", tenant_id="theirs")])
    assert texts(history) == ["mine"]
    assert texts(history, tenant_id="theirs") == ["theirs"]


def test_edits_and_deletions_are_applied_the_newest_one_counts(fresh: Settings, history: History) -> None:
    newest = revised("message.edited", 1, MessageEdited(message_id=message(1).event_id, text="newest"), at_s=9_500)
    older = revised("message.edited", 1, MessageEdited(message_id=message(1).event_id, text="older"))
    gone = revised("message.deleted", 2, MessageDeleted(message_id=message(2).event_id))
    produce(fresh, [newest, message(1), message(2), older, gone, message(3)])
    assert texts(history) == ["newest", "message 3"]


def test_a_partition_longer_than_the_bound_gives_its_end_and_says_that_something_is_missing(
    fresh: Settings,
) -> None:
    produce(fresh, [message(n, text=f"{n}") for n in range(50)])
    with closing(History(fresh, breaker=CircuitBreakers(fresh.breaker).of("kafka"), most_records=20)) as short:
        turns, complete = short.turns("default", conversation_id="c")
        assert not complete
        assert [turn.text for turn in turns] == [str(n) for n in range(30, 50)]
        produce(fresh, [message(n, text=f"{n}") for n in range(50, 90)])
        assert texts(short) == [str(n) for n in range(70, 90)]


def test_a_replay_joins_no_group_and_moves_no_offset(fresh: Settings, history: History) -> None:
    from workbench.stream.admin import admin_client

    produce(fresh, [message(1)])
    assert texts(history) == ["message 1"]
    with admin_client(fresh, "list groups") as client:
        groups = [one["group_id"] if isinstance(one, dict) else one[0] for one in client.list_groups()]
    assert [one for one in groups if fresh.kafka.consumer_group in str(one)] == []


def test_without_postgresql_the_window_comes_from_kafka_and_without_both_from_the_request(
    fresh: Settings, servers: Servers
) -> None:
    migrations.apply(fresh)
    said = [
        message(n, text=f"Note {n}: host H{n} has port {20_000 + n}, and it was not moved. Fine.", at_s=60 * n)
        for n in range(1, 241)
    ]
    sink = context_sink(fresh)
    sink.write(Batch(deliveries(said)))
    sink.close()
    produce(fresh, said)
    asked = {"tenant_id": "default", "conversation_id": "c", "model": "gpt-4o", "budget_tokens": 2_000}
    with closing(WindowSource(fresh)) as source:
        stored = build_window(source, messages=ASK, **asked)  # type: ignore[arg-type]
        assert stored.source == "postgresql"
        with servers.gone("postgresql"):
            replayed = build_window(source, messages=ASK, **asked)  # type: ignore[arg-type]
            assert replayed.source == "kafka"
            assert replayed.token_count <= 2_000
            recent = [[one for one in w.citations if one.kind == "recent"] for w in (stored, replayed)]
            assert recent[0] == recent[1]
            assert 17 in [one.sequence for one in replayed.citations if one.kind == "evidence"]
            with servers.gone("kafka"):
                alone = build_window(source, messages=ASK, **asked)  # type: ignore[arg-type]
                assert (alone.source, alone.messages) == ("request", ASK)


def test_a_broker_that_is_gone_is_a_store_that_is_gone(fresh: Settings, history: History, servers: Servers) -> None:
    produce(fresh, [message(1)])
    assert texts(history) == ["message 1"]
    with servers.gone("kafka"), pytest.raises(StoreUnavailableError):
        history.turns("default", conversation_id="c")
