"""Segments on their way to the lake and back, on a real PostgreSQL and a real object store."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from tests.integration.context_batches import NOON, TALK, message, rows
from workbench.database import frames, migrations
from workbench.database.ledger import ContextLedger
from workbench.database.lifecycle import SegmentKey, use_segments
from workbench.database.pool import ConnectionPool, open_pool
from workbench.errors import NotFoundError, ReconciliationError, SegmentStateError
from workbench.events.codec import decode_event, decode_payload, encode_event, stamped
from workbench.events.envelope import Event
from workbench.lake.ledger import LakeLedger
from workbench.pipelines.archive import LakeTexts, archive_segment, recall_segment
from workbench.pipelines.context_ingest import context_sink
from workbench.pipelines.lake_ingest import lake_sink
from workbench.pipelines.revise import revision_event
from workbench.pipelines.upkeep import upkeep
from workbench.settings import Settings, load_settings
from workbench.stream.sink import Batch, Delivery, Positions

pytestmark = [pytest.mark.postgresql, pytest.mark.s3]

FIRST = SegmentKey("default", "c", 1)


def delivered(events: Sequence[Event]) -> list[Delivery]:
    taken_in = [stamped(one, one.occurred_at + timedelta(seconds=1)) for one in events]
    return [Delivery(one, decode_payload(one), TALK, n, encode_event(one)) for n, one in enumerate(taken_in)]


def to_context(settings: Settings, events: Sequence[Event]) -> None:
    sink = context_sink(settings)
    sink.write(Batch(delivered(events)))
    sink.close()


def to_lake(settings: Settings, events: Sequence[Event]) -> None:
    sink = lake_sink(settings)
    claim = sink.claim({TALK: "k"})[TALK]
    found = delivered(events)
    moved = {TALK: Positions(claim.next_offset, claim.next_offset + len(found), claim.epoch)}
    sink.write(Batch([Delivery(d.event, d.payload, TALK, claim.next_offset + d.offset, d.value) for d in found], moved))
    sink.close()


@pytest.fixture
def talk(fresh: Settings) -> list[Event]:
    """Three segments: 20 turns of 100 tokens fill one; NUL and what PostgreSQL may stumble over are in the first."""
    migrations.apply(fresh)
    odd = ["a\x00b ␀ %s {} '; DROP TABLE segments; --", "日本 \U0001f600 ç", "word " * 90]
    events = [message(n, text=odd[n % 3] if n < 3 else "word" + " word" * 99) for n in range(50)]
    to_context(fresh, events)
    return events


@pytest.fixture
def pool(fresh: Settings) -> Iterator[ConnectionPool]:
    with open_pool(fresh, size=2) as pool:
        yield pool


def said(settings: Settings) -> list[str | None]:
    return frames.conversation_turns(settings, conversation_id="c")["text"].to_list()


def test_an_archived_segment_leaves_postgresql_and_comes_back_byte_for_byte(
    fresh: Settings, talk: list[Event], pool: ConnectionPool
) -> None:
    to_lake(fresh, talk)
    before, first = said(fresh), frames.segments(fresh, conversation_id="c").filter(segment=1)
    with ContextLedger(fresh) as ledger, LakeTexts(fresh) as lake:
        content, tallies = ledger.content_hash(), ledger.tallies()
        count = int(first["turn_count"][0])
        moved = archive_segment(pool, lake, FIRST)
        assert moved.messages == count
        assert said(fresh) == [None] * count + before[count:]
        assert rows(fresh, "SELECT count(text), count(archived_sha256) FROM conversation_events") == [
            (50 - count, count)
        ]
        assert rows(fresh, "SELECT status FROM segments ORDER BY segment")[0] == ("archived",)
        # what is archived counts and hashes as if it were here
        assert (ledger.content_hash(), ledger.tallies()) == (content, tallies)
        back = recall_segment(pool, lake, FIRST)
        assert (back.messages, back.text_bytes) == (moved.messages, moved.text_bytes)
        assert said(fresh) == before
        assert ledger.content_hash() == content
    again = frames.segments(fresh, conversation_id="c").filter(segment=1)
    assert (again["status"][0], again["recall_count"][0]) == ("active", 1)


def test_nothing_leaves_before_the_lake_has_it(fresh: Settings, talk: list[Event], pool: ConnectionPool) -> None:
    to_lake(fresh, talk[1:])
    before = said(fresh)
    with LakeTexts(fresh) as lake, pytest.raises(ReconciliationError, match=r"does not have 1 messages .* try again"):
        archive_segment(pool, lake, FIRST)
    assert said(fresh) == before
    assert rows(fresh, "SELECT status FROM segments ORDER BY segment")[0] == ("active",)


def test_a_rebuild_from_the_lake_has_the_archived_texts_and_the_same_content(
    fresh: Settings, talk: list[Event], pool: ConnectionPool
) -> None:
    to_lake(fresh, talk)
    before = said(fresh)
    with LakeTexts(fresh) as lake:
        archive_segment(pool, lake, FIRST)
    with ContextLedger(fresh) as ledger, LakeLedger(fresh) as lake_ledger:
        content = ledger.content_hash()
        ledger.clear()
        to_context(fresh, [decode_event(value) for value in lake_ledger.iter_events()])
        assert ledger.content_hash() == content
    assert said(fresh) == before


def test_the_open_segment_an_archived_one_and_an_unknown_one_cannot_be_archived(
    fresh: Settings, talk: list[Event], pool: ConnectionPool
) -> None:
    to_lake(fresh, talk)
    with LakeTexts(fresh) as lake:
        archive_segment(pool, lake, FIRST)
        for number, error, told in (
            (1, SegmentStateError, "segment 1 is archived and cannot become archived"),
            (3, SegmentStateError, "segment 3 is open and cannot become archived"),
            (9, NotFoundError, "has no segment 9"),
        ):
            with pytest.raises(error, match=told):
                archive_segment(pool, lake, SegmentKey("default", "c", number))
        with pytest.raises(SegmentStateError, match="segment 2 is active, not archived"):
            recall_segment(pool, lake, SegmentKey("default", "c", 2))
        with pytest.raises(NotFoundError):
            archive_segment(pool, lake, SegmentKey("theirs", "c", 2))


def test_an_edit_of_an_archived_message_shows_after_the_recall(
    fresh: Settings, talk: list[Event], pool: ConnectionPool
) -> None:
    edit = revision_event(
        "default",
        conversation_id="c",
        session_id="s",
        user_id="u",
        message_id=talk[1].event_id,
        text="edited",
        occurred_at=NOON + timedelta(hours=2),
    )
    to_lake(fresh, [*talk, edit])
    with LakeTexts(fresh) as lake:
        archive_segment(pool, lake, FIRST)
        to_context(fresh, [edit])
        assert said(fresh)[1] == "edited"  # the edit's own text is here, and is all that a reader may see
        recall_segment(pool, lake, FIRST)
        assert said(fresh)[:2] == ["a\x00b ␀ %s {} '; DROP TABLE segments; --", "edited"]
        archive_segment(pool, lake, FIRST)
        assert said(fresh)[1] is None
        recall_segment(pool, lake, FIRST)
        assert said(fresh)[1] == "edited"


def test_upkeep_describes_compresses_and_archives_by_the_budgets(
    fresh: Settings, talk: list[Event], pool: ConnectionPool
) -> None:
    to_lake(fresh, talk)
    tight = load_settings(
        environ={},
        directory=fresh.home,
        WORKBENCH_HOME=fresh.home,
        WORKBENCH_POSTGRESQL_DATABASE=fresh.postgresql.database,
        WORKBENCH_LAKE_URL=fresh.object_store.url,
        WORKBENCH_CONTEXT_ACTIVE_TOKENS="3000",
        WORKBENCH_CONTEXT_STORAGE_BYTES="20000",
        WORKBENCH_EVICTION_POLICY="lru",
    )
    done = upkeep(tight, pool, tenant_id="default")
    assert (done.described, done.compressed, len(done.archived), done.left) == (2, 1, 1, {})
    assert done.hot_bytes > 20_000 >= done.hot_bytes_after
    found = frames.segments(fresh, conversation_id="c").sort("segment")
    assert found["status"].to_list() == ["archived", "active", "open"]
    assert (
        found["tokens_by"].str.json_path_match("$.o200k_base").cast(int).to_list()[:2]
        == found["token_count"].to_list()[:2]
    )
    assert rows(fresh, "SELECT summary_tokens <= token_count * 0.2 FROM segments WHERE segment = 1") == [(True,)]
    again = upkeep(tight, pool, tenant_id="default")
    assert (again.described, again.compressed, again.archived) == (0, 0, [])


def test_a_turn_after_the_last_segment_was_archived_begins_a_new_one(fresh: Settings, pool: ConnectionPool) -> None:
    from tests.integration.context_batches import completion

    migrations.apply(fresh)
    events = [message(n) for n in range(3)]
    to_context(fresh, [*events, completion(1)])
    to_lake(fresh, events)
    with LakeTexts(fresh) as lake:
        archive_segment(pool, lake, FIRST)
    to_context(fresh, [message(7)])
    assert rows(fresh, "SELECT segment, status, turn_count, start_tokens FROM segments ORDER BY 1") == [
        (1, "archived", 3, 0),
        (2, "active", 1, 9),
    ]
    to_context(fresh, [completion(2, at_s=2_000)])
    assert rows(fresh, "SELECT status FROM segments ORDER BY segment") == [("archived",), ("active",)]


def test_heat_rises_with_each_use_and_halves_with_time(
    fresh: Settings, talk: list[Event], pool: ConnectionPool
) -> None:
    def heat() -> list[float]:
        return frames.segments(fresh, conversation_id="c").sort("segment")["heat"].to_list()

    (said_at,) = rows(fresh, "SELECT last_at FROM segments WHERE segment = 1")
    for days in (14, 28):
        with pool.connection() as connection, connection.transaction():
            at = said_at[0] + timedelta(days=days)
            use_segments(connection, "default", conversation_id="c", segments=[1], used_at=at)
            use_segments(connection, "theirs", conversation_id="c", segments=[2], used_at=at)
    # said once; two weeks, a half-life, later it is 1/2 + 1; two weeks later 1.5/2 + 1
    assert heat() == [1.75, 0.0, 0.0]
