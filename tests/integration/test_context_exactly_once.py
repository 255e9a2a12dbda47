"""The context store counts every event once: fencing, repeats, order, two workers at a time."""

import random
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.integration.context_batches import DONE, TALK, batch, claimed, completion, deliveries, message, rows
from workbench.database import migrations
from workbench.database.ledger import ContextLedger
from workbench.errors import FencedError, StoreError
from workbench.events.tally import Tally
from workbench.pipelines.context_ingest import ContextSink, context_sink
from workbench.queries import query_names
from workbench.settings import Settings
from workbench.stream.sink import Batch, Positions, TopicPartition

pytestmark = pytest.mark.postgresql


@pytest.fixture
def sink(fresh: Settings) -> Iterator[ContextSink]:
    migrations.apply(fresh)
    sink = context_sink(fresh)
    yield sink
    sink.close()


def test_migrations_are_applied_once_also_by_two_appliers_at_a_time(fresh: Settings) -> None:
    applied: list[list[str]] = []
    appliers = [threading.Thread(target=lambda: applied.append(migrations.apply(fresh))) for _ in range(2)]
    for one in appliers:
        one.start()
    for one in appliers:
        one.join()
    assert sorted(map(len, applied)) == [0, len(query_names("context", "schema"))]
    assert migrations.apply(fresh) == []


def test_a_schema_file_that_was_changed_after_it_was_applied_is_named(fresh: Settings) -> None:
    migrations.apply(fresh)
    rows(fresh, "UPDATE schema_migrations SET sha256 = '0' WHERE name = 'schema/004_segments' RETURNING name")
    with pytest.raises(StoreError, match=r"queries/context/schema/004_segments\.sql was changed"):
        migrations.apply(fresh)


def test_a_batch_moves_data_and_offset_together(fresh: Settings, sink: ContextSink) -> None:
    events = [message(n) for n in range(3)]
    sink.write(batch(events, claimed(sink)))
    with ContextLedger(fresh) as ledger:
        assert ledger.tallies() == {"message.added": Tally.of(one.event_id for one in events)}
        assert list(ledger.stored_ids("message.added")) == sorted(one.event_id for one in events)
        assert ledger.offsets() == {tuple(TALK): 3}
    assert claimed(sink).next_offset == 3


def test_a_worker_that_was_claimed_away_writes_nothing(fresh: Settings, sink: ContextSink) -> None:
    frozen = claimed(sink)
    other = claimed(sink)
    assert other.epoch == frozen.epoch + 1
    with pytest.raises(FencedError, match=r"stands at offset 0, epoch 2; expected 0, epoch 1"):
        sink.write(batch([message(1)], frozen))
    sink.write(batch([message(2)], other))
    assert rows(fresh, "SELECT text FROM conversation_events") == [("message 2",)]


def test_the_same_batch_again_is_fenced_by_its_offset(fresh: Settings, sink: ContextSink) -> None:
    once = batch([message(1)], claimed(sink))
    sink.write(once)
    with pytest.raises(FencedError, match=r"stands at offset 1, epoch 1; expected 0, epoch 1"):
        sink.write(once)
    assert rows(fresh, "SELECT count(*) FROM conversation_events") == [(1,)]


def test_one_fenced_topic_partition_holds_back_the_whole_batch(fresh: Settings, sink: ContextSink) -> None:
    claims = sink.claim({TALK: "first", DONE: "first"})
    claimed(sink, at=DONE)
    moved = {at: Positions(0, 1, claim.epoch) for at, claim in claims.items()}
    with pytest.raises(FencedError, match="completed"):
        sink.write(Batch([*deliveries([message(1)]), *deliveries([completion(1)], at=DONE)], moved))
    with ContextLedger(fresh) as ledger:
        assert ledger.tallies() == {}
        assert ledger.offsets() == {tuple(TALK): 0, tuple(DONE): 0}


def test_an_unclaimed_topic_partition_is_fenced(sink: ContextSink) -> None:
    claim = claimed(sink)
    with pytest.raises(FencedError, match=r"\[7\] was never claimed"):
        sink.write(batch([message(1)], claim, at=TopicPartition(TALK.topic, 7)))


def test_a_topic_that_was_made_anew_starts_at_zero_and_repeats_change_nothing(
    fresh: Settings, sink: ContextSink
) -> None:
    sink.write(batch([message(1), message(2)], claimed(sink)))
    anew = claimed(sink, topic_id="second")
    assert (anew.next_offset, anew.topic_id) == (0, "second")
    sink.write(batch([message(2), message(3), message(2)], anew))
    assert rows(fresh, "SELECT sequence, text FROM conversation_events ORDER BY 1") == [
        (1, "message 1"),
        (2, "message 2"),
        (3, "message 3"),
    ]
    assert rows(fresh, "SELECT next_sequence, message_count, source_last FROM conversations") == [(4, 3, None)]
    assert rows(fresh, "SELECT message_count FROM sessions") == [(3,)]


def test_a_batch_of_dead_letters_only_moves_the_offset(fresh: Settings, sink: ContextSink) -> None:
    claim = claimed(sink)
    sink.write(Batch([], {TALK: Positions(0, 5, claim.epoch)}))
    assert claimed(sink).next_offset == 5


def test_sequence_is_the_order_of_arrival_and_late_events_keep_their_time(fresh: Settings, sink: ContextSink) -> None:
    claim = claimed(sink)
    sink.write(batch([message(3, source_sequence=3), message(9, source_sequence=9)], claim))
    sink.write(batch([message(1, source_sequence=1)], claim, expected=2))
    assert rows(fresh, "SELECT sequence, source_sequence FROM conversation_events ORDER BY 1") == [
        (1, 3),
        (2, 9),
        (3, 1),
    ]
    assert rows(fresh, "SELECT last_at - first_at = '8 s' FROM conversations") == [(True,)]


def test_a_gap_of_the_source_is_logged_once(sink: ContextSink, capsys: pytest.CaptureFixture[str]) -> None:
    claim = claimed(sink)
    sink.write(batch([message(1, source_sequence=1), message(4, source_sequence=4)], claim))
    sink.write(batch([message(5, source_sequence=5)], claim, expected=2))
    said = capsys.readouterr()
    lines = [line for line in (said.out + said.err).splitlines() if "source sequence gaps" in line]
    assert len(lines) == 1


def test_a_conversation_closes_once_and_its_last_segment_with_it(fresh: Settings, sink: ContextSink) -> None:
    talk, done = claimed(sink), claimed(sink, at=DONE)
    sink.write(batch([completion(1, at_s=500, reason="idle")], done, at=DONE))
    sink.write(batch([message(1)], talk))
    sink.write(batch([completion(2, at_s=900)], done, at=DONE, expected=1))
    assert rows(fresh, "SELECT status, closed_reason, next_sequence FROM conversations") == [("closed", "idle", 4)]
    assert rows(fresh, "SELECT status, closed_by FROM segments") == [("active", "completed")]
    assert rows(fresh, "SELECT event_type, sequence FROM conversation_events ORDER BY 2") == [
        ("conversation.completed", 1),
        ("message.added", 2),
        ("conversation.completed", 3),
    ]


def test_completion_after_the_last_turn_closes_the_stored_segment(fresh: Settings, sink: ContextSink) -> None:
    talk, done = claimed(sink), claimed(sink, at=DONE)
    sink.write(batch([message(1)], talk))
    assert rows(fresh, "SELECT status, closed_by FROM segments") == [("open", None)]
    sink.write(batch([completion(1)], done, at=DONE))
    assert rows(fresh, "SELECT status, closed_by, turn_count FROM segments") == [("active", "completed", 1)]


def test_segments_go_on_where_the_last_batch_ended(fresh: Settings, sink: ContextSink) -> None:
    claim = claimed(sink)
    half = "word" + " word" * 999  # 1,000 tokens, half the budget of 2,000
    for n in range(5):
        sink.write(batch([message(n, text=half)], claim, expected=n))
    sink.write(batch([message(9, at_s=9 + 1_801)], claim, expected=5))  # 1,806 s after the turn before it
    assert rows(fresh, "SELECT segment, closed_by, turn_count, token_count, start_tokens FROM segments ORDER BY 1") == [
        (1, "budget", 2, 2_000, 0),
        (2, "budget", 2, 2_000, 2_000),
        (3, "gap", 1, 1_000, 4_000),
        (4, None, 1, 3, 5_000),
    ]


def test_two_workers_on_the_same_conversations_leave_no_gap_and_no_deadlock(fresh: Settings) -> None:
    migrations.apply(fresh)
    chance = random.Random(7)
    names = [f"c{n}" for n in range(6)]
    failures: list[BaseException] = []

    def work(partition: int, events: list[list[object]]) -> None:
        at = TopicPartition(TALK.topic, partition)
        sink = context_sink(fresh)
        try:
            claim, stand = claimed(sink, at=at), 0
            for part in events:
                sink.write(batch(part, claim, at=at, expected=stand))  # type: ignore[arg-type]
                stand += len(part)
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failures.append(error)
        finally:
            sink.close()

    work_of = [
        [
            [
                message(worker * 10_000 + step * 100 + n, conversation_id=chance.choice(names), session_id=f"s{n % 3}")
                for n in range(20)
            ]
            for step in range(25)
        ]
        for worker in range(2)
    ]
    workers = [threading.Thread(target=work, args=(n, events)) for n, events in enumerate(work_of)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert failures == []
    assert rows(fresh, "SELECT count(*) FROM conversation_events") == [(2 * 25 * 20,)]
    assert (
        rows(
            fresh,
            "SELECT conversation_id FROM conversation_events GROUP BY 1"
            " HAVING min(sequence) <> 1 OR max(sequence) <> count(*)",
        )
        == []
    )
    assert (
        rows(
            fresh,
            "SELECT conversation_id FROM conversations AS c JOIN segments USING (tenant_id, conversation_id)"
            " GROUP BY conversation_id, c.message_count, c.token_count, c.next_sequence"
            " HAVING sum(turn_count) <> message_count"
            " OR sum(segments.token_count) <> c.token_count OR max(last_sequence) <> c.next_sequence - 1",
        )
        == []
    )
    assert rows(fresh, "SELECT sum(message_count) = 1000 FROM sessions") == [(True,)]


def test_any_order_grouping_and_number_of_deliveries_give_the_same_content(fresh: Settings) -> None:
    migrations.apply(fresh)
    events = [message(n, conversation_id=f"c{n % 3}", source_sequence=n) for n in range(12)]
    events += [completion(n, conversation_id=f"c{n % 3}", at_s=1_000 + n) for n in range(4)]
    places = st.lists(st.integers(0, len(events) - 1), max_size=30).map(lambda more: [*range(len(events)), *more])
    sink = context_sink(fresh)
    ledger = ContextLedger(fresh)

    def stored(order: list[int], sizes: list[int]) -> tuple[object, ...]:
        ledger.clear()
        left = [events[place] for place in order]
        for size in [*sizes, len(left)]:
            part, left = left[:size], left[size:]
            sink.write(Batch(deliveries(part)))
        totals = rows(
            fresh,
            "SELECT conversation_id, message_count, token_count, next_sequence, status, closed_reason, closed_at,"
            " first_at, last_at FROM conversations ORDER BY 1",
        )
        return ledger.content_hash(), ledger.tallies(), totals, rows(fresh, "SELECT * FROM sessions ORDER BY 1, 2, 3")

    once = stored(list(range(len(events))), [])

    @example_settings(max_examples=25, deadline=None)
    @given(places.flatmap(st.permutations), st.lists(st.integers(1, 9), max_size=6))
    def check(order: list[int], sizes: list[int]) -> None:
        assert stored(order, sizes) == once

    with ledger:
        check()
        other = replace(deliveries([message(0, conversation_id="c0", text="other")])[0])
        ledger.clear()
        sink.write(Batch([*deliveries(events[1:]), other]))
        assert ledger.content_hash() != once[0]
    sink.close()


def test_clearing_for_a_rebuild_fences_the_worker_and_lets_it_begin_again(fresh: Settings, sink: ContextSink) -> None:
    claim = claimed(sink)
    sink.write(batch([message(1)], claim))
    with ContextLedger(fresh) as ledger:
        before = ledger.content_hash()
        ledger.clear()
        assert ledger.tallies() == {}
        assert ledger.content_hash() != before
        with pytest.raises(FencedError):
            sink.write(batch([message(2)], claim, expected=1))
        again = claimed(sink)
        assert again.next_offset == 0
        sink.write(batch([message(1)], again))
        assert ledger.content_hash() == before
