"""Edited and deleted messages: how they read, what the log keeps, and that order and repetition do not matter."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from tests.integration.context_batches import NOON, deliveries, message, rows
from workbench.database import frames, migrations
from workbench.database.connection import connect
from workbench.database.ledger import ContextLedger
from workbench.database.marks import mark_segment, mark_turn
from workbench.database.turns import recent_turns
from workbench.errors import NotFoundError, UsageError
from workbench.events.envelope import Event
from workbench.pipelines.context_ingest import ContextSink, context_sink
from workbench.pipelines.revise import revise_message, revision_event
from workbench.settings import Settings
from workbench.stream.sink import Batch

pytestmark = pytest.mark.postgresql


@pytest.fixture
def sink(fresh: Settings) -> Iterator[ContextSink]:
    migrations.apply(fresh)
    sink = context_sink(fresh)
    yield sink
    sink.close()


def revised(
    of: Event, text: str | None, *, at_s: float = 100, tenant_id: str = "default", conversation: str = "c"
) -> Event:
    return revision_event(
        tenant_id,
        conversation_id=conversation,
        session_id="s",
        user_id="u",
        message_id=of.event_id,
        text=text,
        occurred_at=NOON + timedelta(seconds=at_s),
    )


def write(sink: ContextSink, *events: Event) -> None:
    sink.write(Batch(deliveries(events)))


def read(settings: Settings) -> list[str]:
    return frames.conversation_turns(settings, conversation_id="c")["text"].to_list()


def test_an_edit_changes_how_a_message_reads_and_the_log_keeps_both(fresh: Settings, sink: ContextSink) -> None:
    said = [message(1, text="one"), message(2, text="two")]
    write(sink, *said, revised(said[0], "first\x00one"))
    assert read(fresh) == ["first\x00one", "two"]
    assert rows(fresh, "SELECT event_type, text FROM conversation_events ORDER BY sequence") == [
        ("message.added", "one"),
        ("message.added", "two"),
        ("message.edited", "first␀one"),
    ]
    with connect(fresh.postgresql, autocommit=True) as connection:
        found = recent_turns(connection, "default", conversation_id="c", budget_tokens=1_000)
    assert ([turn.text for turn in found.turns], found.message_count, found.complete) == (
        ["first\x00one", "two"],
        2,
        True,
    )
    assert found.turns[0].turn_id == said[0].event_id


def test_a_deleted_message_is_not_read_and_its_segment_counts_without_it(fresh: Settings, sink: ContextSink) -> None:
    said = [message(1, text="word" + " word" * 9), message(2, text="word" + " word" * 4)]
    write(sink, *said, revised(said[0], None), revised(said[1], "word word"))
    assert read(fresh) == ["word word"]
    (segment,) = frames.segments(fresh, conversation_id="c").to_dicts()
    # 10 + 5 tokens were said; the first is gone, the second has 2 now
    assert (segment["turn_count"], segment["token_count"]) == (1, 2)
    assert (segment["revised_turns"], segment["deleted_turns"]) == (2, 1)
    with connect(fresh.postgresql, autocommit=True) as connection:
        found = recent_turns(connection, "default", conversation_id="c", budget_tokens=1_000)
    assert (found.message_count, found.complete) == (1, True)


def test_an_edit_before_its_message_waits_for_it(fresh: Settings, sink: ContextSink) -> None:
    late = message(1, text="one")
    write(sink, revised(late, "edited"))
    assert read(fresh) == []
    write(sink, late)
    assert read(fresh) == ["edited"]


def test_another_tenants_or_conversations_revision_changes_nothing(fresh: Settings, sink: ContextSink) -> None:
    mine = message(1, text="mine")
    write(sink, mine, revised(mine, "taken", tenant_id="theirs"), revised(mine, "taken", conversation="d"))
    assert read(fresh) == ["mine"]
    with connect(fresh.postgresql, autocommit=True) as connection:
        for tenant, conversation in (("theirs", "c"), ("default", "d")):
            with pytest.raises(NotFoundError, match="has no message"):
                revise_message(connection, tenant, conversation_id=conversation, message_id=mine.event_id, text="taken")
        event = revise_message(connection, "default", conversation_id="c", message_id=mine.event_id, text=None)
    assert (event.event_type, event.session_id, event.user_id) == ("message.deleted", "s", "u")


def test_segments_do_not_move_when_an_edit_grows_and_go_on_as_before(fresh: Settings, sink: ContextSink) -> None:
    half = "word" + " word" * 999  # two of them fill a segment
    said = [message(n, text=half) for n in range(3)]
    write(sink, said[0], revised(said[0], half * 3), *said[1:])
    found = frames.segments(fresh, conversation_id="c").sort("segment")
    assert found["first_sequence"].to_list() == [1, 4]
    assert found["token_count"].to_list() == [4_000, 1_000]


def test_any_order_grouping_and_repetition_of_revisions_gives_the_same(fresh: Settings) -> None:
    migrations.apply(fresh)
    said = [message(n, text=f"said {n}") for n in range(4)]
    events = [*said, revised(said[0], "a", at_s=10), revised(said[0], "b", at_s=20), revised(said[1], None, at_s=10)]
    events += [revised(said[1], "back", at_s=5), revised(said[2], "x", at_s=7), revised(said[2], "y", at_s=7)]
    sink = context_sink(fresh)
    ledger = ContextLedger(fresh)

    def stored(order: list[int], sizes: list[int]) -> tuple[object, ...]:
        ledger.clear()
        left = [events[place] for place in order]
        for size in [*sizes, len(left)]:
            part, left = left[:size], left[size:]
            sink.write(Batch(deliveries(part)))
        turns = frames.conversation_turns(fresh, conversation_id="c")
        reads = dict(zip(turns["event_id"].to_list(), turns["text"].to_list(), strict=True))
        counts = rows(fresh, "SELECT sum(turn_count - deleted_turns), sum(token_count + token_delta) FROM segments")
        return (
            ledger.content_hash(),
            ledger.tallies(),
            reads,
            counts,
            rows(fresh, "SELECT deleted_count FROM conversations"),
        )

    once = stored(list(range(len(events))), [])
    winner = max(events[8:], key=lambda one: one.event_id)  # at the same time the higher event id counts
    assert once[2] == {
        said[0].event_id: "b",
        said[2].event_id: "x" if winner is events[8] else "y",
        said[3].event_id: "said 3",
    }
    places = st.lists(st.integers(0, len(events) - 1), max_size=12).map(lambda more: [*range(len(events)), *more])

    @example_settings(max_examples=20, deadline=None)
    @given(places.flatmap(st.permutations), st.lists(st.integers(1, 5), max_size=6))
    def check(order: list[int], sizes: list[int]) -> None:
        assert stored(order, sizes) == once

    with ledger:
        check()
    sink.close()


def test_pins_and_feedback_change_the_stored_order_and_stay_with_their_tenant(
    fresh: Settings, sink: ContextSink
) -> None:
    half = "word" + " word" * 999
    write(
        sink, *(message(n, text=half) for n in range(6)), *(message(n, text=half, tenant_id="theirs") for n in range(2))
    )
    ranked = lambda: frames.segments(fresh, conversation_id="c")["segment"].to_list()  # noqa: E731
    assert ranked() == [3, 2, 1]
    with connect(fresh.postgresql, autocommit=True) as connection:
        mark_segment(connection, "default", conversation_id="c", segment=1, pinned=True)
        mark_segment(connection, "default", conversation_id="c", segment=3, feedback=-1)
        assert ranked() == [1, 2, 3]
        assert frames.segments(fresh, conversation_id="c", tenant_id="theirs")["pinned"].to_list() == [False]
        mark_segment(connection, "default", conversation_id="c", segment=1, pinned=False, feedback=0)
        assert ranked() == [2, 1, 3]
        with pytest.raises(NotFoundError, match="has no segment 4"):
            mark_segment(connection, "default", conversation_id="c", segment=4, pinned=True)
        foreign = message(1, tenant_id="theirs").event_id
        with pytest.raises(NotFoundError, match="has no turn"):
            mark_turn(connection, "default", conversation_id="c", turn_id=foreign, pinned=True)
        with pytest.raises(UsageError, match="feedback is -1, 0 or 1, not 7"):
            mark_segment(connection, "default", conversation_id="c", segment=1, feedback=7)
    with ContextLedger(fresh) as ledger:
        ledger.clear()
    write(sink, *(message(n, text=half) for n in range(6)))
    assert ranked() == [2, 1, 3]  # user state outlives a rebuild


def test_a_clock_of_another_year_neither_cuts_nor_swallows_what_comes_after(fresh: Settings, sink: ContextSink) -> None:
    from workbench.events.codec import stamped

    skewed = [message(n, at_s=n if n != 2 else 10**9) for n in range(5)]
    taken_in = [stamped(one, NOON + timedelta(seconds=n)) for n, one in enumerate(skewed)]
    write(sink, *taken_in)
    late = message(9, at_s=9 + 3_600)
    write(sink, stamped(late, NOON + timedelta(seconds=3_610)))
    assert rows(fresh, "SELECT turn_count, closed_by FROM segments ORDER BY segment") == [(5, "gap"), (1, None)]
    assert rows(fresh, "SELECT count(*) FROM conversation_events WHERE occurred_at > '2050-01-01'") == [(1,)]
