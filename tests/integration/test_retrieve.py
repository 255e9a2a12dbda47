"""Turns are found in what is stored: at once, after a restart, after edits, per tenant, and when PostgreSQL is back."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.context_batches import batch, claimed, message, rows
from tests.stack_faults import Servers
from tests.stack_waits import eventually
from workbench.context.retrieval.index import Index
from workbench.context.retrieval.search import Hit
from workbench.context.turns import Turn
from workbench.database import migrations
from workbench.database.connection import Deadlines, connect
from workbench.database.ledger import ContextLedger
from workbench.database.pool import ConnectionPool
from workbench.database.turn_terms import keep_segment_terms
from workbench.errors import StoreUnavailableError
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import MessageDeleted, MessageEdited
from workbench.pipelines.context_ingest import ContextSink, context_sink
from workbench.pipelines.retrieve import Retriever
from workbench.pipelines.turn_indexes import TurnIndexes
from workbench.settings import Settings

pytestmark = pytest.mark.postgresql

TALK = [
    "I keep two turtles in the yard.",
    "What do you feed them?",
    "Lettuce, and berries on Sundays.",
    "We moved to Lisbon yesterday.",
    "The office there is bright.",
    "'; DROP TABLE turn_terms; -- %s {0}",
]


class Writer:
    """Appends events as a worker does."""

    def __init__(self, sink: ContextSink) -> None:
        self._sink = sink
        self._claim = claimed(sink)
        self._at = self._claim.next_offset

    def write(self, *events: Event) -> None:
        self._sink.write(batch(events, self._claim, expected=self._at))
        self._at += len(events)


@pytest.fixture
def writer(fresh: Settings) -> Iterator[Writer]:
    migrations.apply(fresh)
    sink = context_sink(fresh)
    yield Writer(sink)
    sink.close()


@pytest.fixture
def retriever(fresh: Settings) -> Iterator[Retriever]:
    with Retriever(fresh) as found:
        yield found


def talk(*, conversation_id: str = "c", tenant_id: str = "default", texts: list[str] = TALK) -> list[Event]:
    return [
        message(place, text=text, conversation_id=conversation_id, tenant_id=tenant_id)
        for place, text in enumerate(texts, 1)
    ]


def edited(target: Event, text: str, *, number: int = 1) -> Event:
    return make_event(
        "message.edited",
        MessageEdited(message_id=target.event_id, text=text),
        event_id=event_id_of("edited", f"{target.event_id}/{number}".encode()),
        occurred_at=target.occurred_at.replace(hour=13, minute=number),
        conversation_id=target.conversation_id,
        session_id=target.session_id,
        user_id=target.user_id,
        tenant_id=target.tenant_id,
    )


def deleted(target: Event) -> Event:
    return make_event(
        "message.deleted",
        MessageDeleted(message_id=target.event_id),
        event_id=event_id_of("deleted", target.event_id.encode()),
        occurred_at=target.occurred_at.replace(hour=14),
        conversation_id=target.conversation_id,
        session_id=target.session_id,
        user_id=target.user_id,
        tenant_id=target.tenant_id,
    )


def find(
    retriever: Retriever, query: str, *, k: int = 6, tenant_id: str = "default", of: tuple[str, ...] = ("c",)
) -> list[Hit]:
    return retriever.search(tenant_id, conversation_ids=of, query=query, k=k)


QUESTIONS = ("turtles", "Who feeds berries?", "Where did we move yesterday?", "drop table", "office of the dog")


def answers(retriever: Retriever) -> list[list[Hit]]:
    return [find(retriever, one) for one in QUESTIONS]


def test_a_turn_is_found_by_the_search_after_its_commit(writer: Writer, retriever: Retriever) -> None:
    assert find(retriever, "turtles") == []
    events = talk()
    writer.write(*events[:3])
    assert find(retriever, "turtles", k=1)[0].turn_id == events[0].event_id
    assert find(retriever, "Lisbon") == []
    writer.write(*events[3:])
    assert find(retriever, "Lisbon", k=1)[0].sequence == 4


def test_hits_are_those_of_an_index_in_memory(writer: Writer, retriever: Retriever) -> None:
    events = talk()
    writer.write(*events)
    index = Index("c")
    for place, (event, text) in enumerate(zip(events, TALK, strict=True), 1):
        index.add(Turn(place, "user", text, 0, event.occurred_at, event.event_id, "u", "s"))
    assert answers(retriever) == [index.search(one, k=6) for one in QUESTIONS]


def test_after_a_restart_the_kept_terms_give_the_same_hits_to_the_last_bit(fresh: Settings, writer: Writer) -> None:
    events = talk()
    with Retriever(fresh) as one:
        for event in events:
            writer.write(event)
            one.prepare("default", conversation_ids=["c"])
        before = answers(one)
    assert rows(fresh, "SELECT count(1) FROM turn_terms") == [(6,)]
    # A restarted process reads terms, not texts: another text in the table would not be noticed.
    with connect(fresh.postgresql, autocommit=True) as connection:
        connection.execute("UPDATE conversation_events SET text = 'gone to the lake'")
    with Retriever(fresh) as again:
        assert answers(again) == before


def test_terms_of_another_version_are_made_anew(fresh: Settings, writer: Writer) -> None:
    writer.write(*talk())
    with Retriever(fresh) as one:
        before = answers(one)
    with connect(fresh.postgresql, autocommit=True) as connection:
        connection.execute("UPDATE turn_terms SET version = version - 1, terms = '', counts = '', spans = ''")
    with Retriever(fresh) as again:
        assert answers(again) == before
    assert rows(fresh, "SELECT count(1) FROM turn_terms WHERE terms = ''") == [(0,)]


def test_edited_and_deleted_turns_are_searched_as_they_read_now(
    fresh: Settings, writer: Writer, retriever: Retriever
) -> None:
    events = talk()
    writer.write(*events)
    assert find(retriever, "turtles", k=1)[0].sequence == 1
    writer.write(edited(events[0], "I keep two parrots."))
    assert find(retriever, "turtles") == []
    assert find(retriever, "parrots", k=1)[0].turn_id == events[0].event_id
    writer.write(edited(events[0], "I keep a snake.", number=2), deleted(events[3]))
    assert find(retriever, "parrots") == []
    assert find(retriever, "snake", k=1)[0].sequence == 1
    assert find(retriever, "Lisbon") == []
    with Retriever(fresh) as again:
        assert answers(again) == answers(retriever)


def test_another_tenants_conversation_of_the_same_id_is_never_read(writer: Writer, retriever: Retriever) -> None:
    writer.write(*talk(), *talk(tenant_id="other", texts=["Our secret is a blue giraffe."]))
    assert find(retriever, "blue giraffe secret") == []
    assert [hit.sequence for hit in find(retriever, "blue giraffe", tenant_id="other")] == [1]
    assert find(retriever, "turtles", tenant_id="other") == []
    assert find(retriever, "turtles", tenant_id="nobody") == []


def test_several_conversations_are_searched_as_one(writer: Writer, retriever: Retriever) -> None:
    writer.write(*talk(conversation_id="a"), *talk(conversation_id="b", texts=["Turtles again.", "And rain."]))
    found = find(retriever, "turtles", of=("b", "a", "b", "no such conversation"))
    assert {(hit.conversation_id, hit.sequence) for hit in found} >= {("a", 1), ("b", 1)}
    assert len({(hit.conversation_id, hit.sequence) for hit in found}) == len(found)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_a_store_that_was_filled_anew_in_another_order_is_read_anew(
    fresh: Settings, writer: Writer, retriever: Retriever
) -> None:
    events = talk()
    writer.write(*events)
    assert find(retriever, "turtles", k=1)[0].sequence == 1
    with ContextLedger(fresh) as ledger:
        ledger.clear()
    assert find(retriever, "turtles") == []
    sink = context_sink(fresh)
    Writer(sink).write(*reversed(events))
    sink.close()
    assert find(retriever, "turtles", k=1)[0].sequence == 6


def test_threads_that_search_while_turns_arrive_agree_in_the_end(writer: Writer, retriever: Retriever) -> None:
    events = [message(place, text=f"number{place} is a turn about turtles") for place in range(1, 101)]
    stop = threading.Event()

    def search_on() -> int:
        searches = 0
        while not stop.is_set():
            find(retriever, "turtles number7")
            searches += 1
        return searches

    with ThreadPoolExecutor(3) as threads:
        running = [threads.submit(search_on) for _ in range(3)]
        try:
            for first in range(0, 100, 5):
                writer.write(*events[first : first + 5])
        finally:
            stop.set()
        assert all(one.result() > 0 for one in running)
    assert find(retriever, "number100", k=1)[0].sequence == 100
    assert retriever.prepare("default", conversation_ids=["c"]) == 100


def test_the_cache_holds_as_many_conversations_as_it_may_and_forgets_with_time(fresh: Settings, writer: Writer) -> None:
    now = [0.0]
    held = TurnIndexes(size=2, ttl_s=60, clock=lambda: now[0])
    for name in "abc":
        writer.write(*talk(conversation_id=name))
    with Retriever(fresh, indexes=held) as retriever:
        for name in "abc":
            assert find(retriever, "turtles", k=1, of=(name,))[0].conversation_id == name
        assert len(held) == 2
        now[0] = 61.0
        assert find(retriever, "turtles", k=1, of=("a",))[0].sequence == 1
        assert len(held) == 1


def test_a_search_fails_while_postgresql_is_gone_and_works_when_it_is_back(
    writer: Writer, retriever: Retriever, servers: Servers
) -> None:
    writer.write(*talk())
    before = answers(retriever)
    with servers.gone("postgresql"), pytest.raises(StoreUnavailableError):
        find(retriever, "turtles")

    def works() -> bool:
        try:
            return answers(retriever) == before
        except StoreUnavailableError:
            return False

    eventually(works, "the search answers as before")


def test_a_search_gives_up_on_a_slow_postgresql(fresh: Settings, writer: Writer) -> None:
    writer.write(*talk())
    deadlines = Deadlines(connect_s=2.0, statement_s=1.0)
    with ConnectionPool(fresh.postgresql, deadlines=deadlines) as pool, Retriever(pool) as retriever:
        before = answers(retriever)
        with connect(fresh.postgresql) as holder:
            holder.execute("LOCK TABLE conversations")
            with pytest.raises(StoreUnavailableError, match="read turns for a search"):
                find(retriever, "turtles")
        assert answers(retriever) == before


def test_a_search_does_not_fail_for_terms_that_cannot_be_kept(
    fresh: Settings, writer: Writer, retriever: Retriever
) -> None:
    writer.write(*talk())
    with connect(fresh.postgresql, autocommit=True) as connection:
        connection.execute("ALTER TABLE turn_terms ADD CHECK (length < 0) NOT VALID")
    assert find(retriever, "turtles", k=1)[0].sequence == 1
    assert rows(fresh, "SELECT count(1) FROM turn_terms") == [(0,)]


def test_turns_are_found_whose_texts_went_to_the_lake_before_anybody_searched(fresh: Settings, writer: Writer) -> None:
    writer.write(*talk())
    with Retriever(fresh) as one, ConnectionPool(fresh.postgresql) as pool:
        with pool.connection() as connection, connection.transaction():
            assert keep_segment_terms(connection, "default", conversation_id="c", segment=1) == len(TALK)
            assert keep_segment_terms(connection, "default", conversation_id="c", segment=1) == 0
            assert keep_segment_terms(connection, "other", conversation_id="c", segment=1) == 0
            connection.execute("UPDATE conversation_events SET text = NULL, archived_sha256 = 'of the text'")
        assert find(one, "turtles", k=1)[0].sequence == 1
