"""Sessions on PostgreSQL: state with versions, resumption, consent, recall, and two writers on one conversation."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.context_batches import batch, claimed, rows
from tests.stack_faults import Servers
from workbench.context.sessions import SessionKey
from workbench.database import migrations
from workbench.database.ledger import ContextLedger
from workbench.database.pool import open_pool
from workbench.database.sessions import STATE_BYTES
from workbench.errors import ConflictError, NotFoundError, StoreUnavailableError, UsageError
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import Message
from workbench.pipelines.context_ingest import context_sink
from workbench.pipelines.recall import recall
from workbench.pipelines.retrieve import Retriever
from workbench.pipelines.sessions import SessionStore
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings

pytestmark = pytest.mark.postgresql

NOW = datetime.now(UTC)
KEY = SessionKey("default", "alice", "s")


def said(
    number: int,
    *,
    conversation_id: str = "c",
    user_id: str = "alice",
    session_id: str = "s",
    tenant_id: str = "default",
    at: datetime = NOW,
    text: str | None = None,
) -> Event:
    return make_event(
        "message.added",
        Message(role="user", text=text or f"message {number}"),
        event_id=event_id_of("test", f"{tenant_id}/{user_id}/{conversation_id}/{number}".encode()),
        occurred_at=at + timedelta(milliseconds=number),
        conversation_id=conversation_id,
        session_id=session_id,
        user_id=user_id,
        tenant_id=tenant_id,
    )


def store(settings: Settings, events: Sequence[Event]) -> None:
    """What worker context does with a batch."""
    sink = context_sink(settings)
    try:
        sink.write(batch(events, claimed(sink)))
    finally:
        sink.close()


@contextmanager
def store_of(settings: Settings) -> Iterator[SessionStore]:
    outbox = Outbox(settings.outbox_path)
    with open_pool(settings) as pool:
        try:
            yield SessionStore(settings, pool, outbox)
        finally:
            outbox.close()


@pytest.fixture
def sessions(fresh: Settings) -> Iterator[SessionStore]:
    migrations.apply(fresh)
    with store_of(fresh) as found:
        yield found


def test_a_session_resumes_where_its_last_turn_was_stored_and_says_whether_it_still_reads_the_same(
    fresh: Settings, sessions: SessionStore
) -> None:
    with pytest.raises(NotFoundError):
        sessions.resume(KEY)
    store(fresh, [said(n) for n in range(1, 6)])
    first = sessions.resume(KEY)
    assert (first.session.conversation_id, first.session.sequence, first.session.message_count) == ("c", 5, 5)
    assert [turn.sequence for turn in first.turns] == [1, 2, 3, 4, 5]
    assert first.snapshot is not None
    assert (first.snapshot.snapshot, first.snapshot.sequence) == (1, 5)
    assert sessions.resume(KEY).snapshot == first.snapshot, "the same place needs no second snapshot"
    store(fresh, [said(6)])
    second = sessions.resume(KEY)
    assert second.intact
    assert second.snapshot is not None
    assert (second.snapshot.snapshot, second.snapshot.sequence) == (2, 6)
    rows_before = rows(fresh, "SELECT count(*) FROM session_snapshots")
    with open_pool(fresh) as pool, pool.connection() as connection, connection.transaction():
        connection.execute(b"UPDATE conversation_events SET payload_sha256 = 'x' WHERE sequence = 2")
    assert not sessions.resume(KEY).intact
    assert rows(fresh, "SELECT count(*) FROM session_snapshots") != rows_before


def test_a_state_has_versions_a_bound_and_one_owner(sessions: SessionStore) -> None:
    made = sessions.put(KEY, state={"step": 1, "text": "a\x00b"}, expected_version=0)
    assert (made.version, made.status, made.sequence) == (1, "active", 0)
    assert sessions.put(KEY, state={"step": 2}, expected_version=1).version == 2
    for expected in (0, 1, 3):
        with pytest.raises(ConflictError) as refused:
            sessions.put(KEY, state={}, expected_version=expected)
        assert refused.value.current == 2
    with pytest.raises(ConflictError):
        sessions.put(SessionKey("default", "alice", "new"), state={}, expected_version=1)
    with pytest.raises(UsageError, match="at most 65,536 bytes"):
        sessions.put(KEY, state={"text": "x" * STATE_BYTES})
    for other in (SessionKey("default", "bob", "s"), SessionKey("other", "alice", "s")):
        with pytest.raises(NotFoundError):
            sessions.get(other)
    assert sessions.get(KEY).state == '{"step":2}'


def test_a_closed_or_expired_session_does_not_resume_until_it_is_opened_again(
    fresh: Settings, sessions: SessionStore
) -> None:
    store(fresh, [said(1, at=NOW - timedelta(days=31)), said(2, session_id="t", at=NOW)])
    assert sessions.get(KEY).status == "expired"
    with pytest.raises(UsageError, match="is expired"):
        sessions.resume(KEY)
    sessions.put(KEY, state={})
    assert sessions.resume(KEY).session.status == "active"
    sessions.put(KEY, closed=True)
    with pytest.raises(UsageError, match="is closed"):
        sessions.resume(KEY)
    assert sessions.get(KEY).state == "{}"
    assert sessions.put(KEY).status == "active"


def test_of_two_writers_who_expect_the_same_place_one_appends_and_the_other_is_told_where_it_stands(
    fresh: Settings, sessions: SessionStore
) -> None:
    wins: list[int] = []
    conflicts: list[int] = []

    def write(name: str, turns: int) -> None:
        """Each its own outbox and connections, as two processes have them."""
        with store_of(fresh) as own:
            place = 0
            for turn in range(turns):
                events = [said(2 * turn, conversation_id="race", user_id=name)]
                events += [said(2 * turn + 1, conversation_id="race", user_id=name)]
                while True:
                    try:
                        place = own.append(events, expected_sequence=place)
                        wins.append(place)
                        break
                    except ConflictError as error:
                        conflicts.append(error.current)
                        place = error.current

    writers = [threading.Thread(target=write, args=(name, 25)) for name in ("alice", "bob", "carol")]
    for one in writers:
        one.start()
    for one in writers:
        one.join(60)
    stored = rows(fresh, "SELECT sequence, user_id, text FROM conversation_events ORDER BY sequence")
    assert [row[0] for row in stored] == list(range(1, 151)), "no gap"
    assert sorted(wins) == list(range(2, 151, 2)), "each pair ends at its own place"
    for first, second in zip(stored[::2], stored[1::2], strict=True):
        assert first[1] == second[1], "the two turns of a pair stand together"
    assert conflicts, "they did meet"


def test_an_appended_turn_that_comes_again_through_the_worker_is_there_once(
    fresh: Settings, sessions: SessionStore
) -> None:
    events = [said(1), said(2)]
    assert sessions.append(events, expected_sequence=0) == 2
    store(fresh, [*events, said(3)])
    with pytest.raises(ConflictError, match="stands at sequence 3, not at 2"):
        sessions.append([said(4)], expected_sequence=2)
    assert sessions.append([said(4)], expected_sequence=3) == 4
    outbox = Outbox(fresh.outbox_path)
    assert outbox.produced()["message.added"].count == 3, "what was refused was not produced"
    outbox.close()
    assert rows(fresh, "SELECT sequence FROM conversation_events ORDER BY 1") == [(1,), (2,), (3,), (4,)]


def test_recall_needs_consent_and_reaches_only_what_is_the_users_own(fresh: Settings, sessions: SessionStore) -> None:
    tea = "the green tea from Uji is my favourite"
    mine = [
        said(1, text=tea, conversation_id=f"mine{n}", session_id=f"s{n}", at=NOW + timedelta(seconds=n))
        for n in range(3)
    ]
    others = [
        said(1, text=tea, conversation_id="bobs", user_id="bob"),
        said(1, text=tea, conversation_id="mine0", tenant_id="other"),
        said(1, text=tea, conversation_id="shared"),
        said(2, text=tea, conversation_id="shared", user_id="bob"),
        said(5, text="we talked of trains", conversation_id="mine0", session_id="s0"),
    ]
    store(fresh, [*mine, *others])
    where = {"tenant_id": "default", "user_id": "alice", "conversation_id": "mine2", "query": "Which tea do I like?"}
    with open_pool(fresh) as pool, Retriever(pool) as retriever:
        assert recall(pool, retriever, **where) == []
        assert not sessions.consent("default", "alice").cross_session_recall
        for user in ("alice", "bob"):
            sessions.set_consent("default", user, allowed=True)
        found = recall(pool, retriever, **where, k=2)
        assert {one.conversation_id for one in found} == {"mine0", "mine1"}, "not bob's, not the shared one"
        assert {one.text for one in found} == {tea}
        assert recall(pool, retriever, **{**where, "tenant_id": "other"}) == []
        sessions.set_consent("default", "alice", allowed=False)
        assert recall(pool, retriever, **where) == []


def test_a_rebuild_keeps_what_users_stored_and_finds_the_conversations_again(
    fresh: Settings, sessions: SessionStore
) -> None:
    store(fresh, [said(1), said(2)])
    sessions.put(KEY, state={"kept": True})
    sessions.set_consent("default", "alice", allowed=True)
    with ContextLedger(fresh) as ledger:
        ledger.clear()
    assert sessions.get(KEY).conversation_id is None
    assert sessions.get(KEY).state == '{"kept":true}'
    assert sessions.consent("default", "alice").cross_session_recall
    store(fresh, [said(1), said(2)])
    assert sessions.resume(KEY).session.sequence == 2


def test_postgresql_gone_is_said_at_once_and_nothing_is_half_written(
    fresh: Settings, sessions: SessionStore, servers: Servers
) -> None:
    sessions.put(KEY, state={"n": 1})
    with servers.gone("postgresql"):
        for call in (
            lambda: sessions.resume(KEY),
            lambda: sessions.put(KEY, state={"n": 2}),
            lambda: sessions.append([said(1)], expected_sequence=0),
        ):
            with pytest.raises(StoreUnavailableError):
                call()
    assert sessions.get(KEY).state == '{"n":1}'
    outbox = Outbox(fresh.outbox_path)
    assert outbox.produced() == {}
    outbox.close()
    assert sessions.append([said(1)], expected_sequence=0) == 1
