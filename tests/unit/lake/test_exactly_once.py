"""Offsets and rows in one Delta commit: crashes, zombies, repeats. On real Delta tables in a folder."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.unit.lake.recorded import TOPIC_ID, batch, call, delivery, entity, event_id, lake_settings, message
from workbench.errors import FencedError, StoreUnavailableError
from workbench.events.tally import Tally
from workbench.events.topics import ENTITIES, LLM_RESPONSES
from workbench.lake.delta import open_table
from workbench.lake.ledger import LakeLedger
from workbench.lake.table import AppendTable
from workbench.pipelines.lake_ingest import LakeSink
from workbench.stream.sink import Batch, Positions, TopicPartition

CALLS = TopicPartition(LLM_RESPONSES, 0)


def claim(sink: LakeSink, *topic_partitions: TopicPartition, topic_id: str = TOPIC_ID) -> dict[TopicPartition, int]:
    found = sink.claim(dict.fromkeys(topic_partitions or (CALLS,), topic_id))
    return {one: claimed.next_offset for one, claimed in found.items()}


def rows_of(settings: object, table: str) -> int:
    return open_table(settings.object_store, table).to_pyarrow_dataset().count_rows()  # type: ignore[attr-defined]


def test_a_new_worker_goes_on_where_the_last_commit_ended(tmp_path: Path) -> None:
    settings = lake_settings(tmp_path)
    first = LakeSink(settings)
    assert claim(first) == {CALLS: 0}
    first.write(batch([delivery(call(n), n) for n in range(3)]))
    assert claim(LakeSink(settings)) == {CALLS: 3}
    with LakeLedger(settings) as ledger:
        assert ledger.offsets() == {CALLS: 3}
        assert ledger.tallies() == {"llm.call.completed": Tally.of(event_id(n) for n in range(3))}


def test_a_batch_of_dead_letters_only_moves_the_offset(tmp_path: Path) -> None:
    settings = lake_settings(tmp_path)
    sink = LakeSink(settings)
    claim(sink)
    sink.write(Batch([], {CALLS: Positions(0, 7, 0)}))
    assert claim(LakeSink(settings)) == {CALLS: 7}


def test_a_thawed_worker_is_fenced_when_another_has_written(tmp_path: Path) -> None:
    settings = lake_settings(tmp_path)
    frozen, fresh = LakeSink(settings), LakeSink(settings)
    claim(frozen)
    claim(fresh)
    fresh.write(batch([delivery(call(n), n) for n in range(3)]))
    with pytest.raises(FencedError, match="another worker"):
        frozen.write(batch([delivery(call(n), n) for n in range(2)]))
    assert rows_of(settings, "events") == 3
    assert rows_of(settings, "raw_llm_calls") == 3


def test_a_worker_that_has_read_the_newer_snapshot_is_fenced_by_the_offset(tmp_path: Path) -> None:
    settings = lake_settings(tmp_path)
    frozen, fresh = LakeSink(settings), LakeSink(settings)
    claim(frozen)
    claim(fresh)
    fresh.write(batch([delivery(call(0), 0)]))
    claim(frozen, TopicPartition(ENTITIES, 1))  # refreshes the snapshot, and so sees the other's commit
    with pytest.raises(FencedError, match="offset 1"):
        frozen.write(batch([delivery(call(0), 0)]))


def test_workers_on_different_partitions_do_not_disturb_each_other(tmp_path: Path) -> None:
    settings = lake_settings(tmp_path)
    one, two = LakeSink(settings), LakeSink(settings)
    claim(one)
    claim(two, TopicPartition(LLM_RESPONSES, 1))
    one.write(batch([delivery(call(0), 0)]))
    two.write(batch([delivery(call(1), 0, partition=1)]))
    one.write(batch([delivery(call(2), 1)], {CALLS: 1}))
    assert rows_of(settings, "raw_llm_calls") == 3


def test_a_crash_between_two_tables_heals_without_a_second_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = lake_settings(tmp_path)
    sink = LakeSink(settings)
    claim(sink)
    append = AppendTable.append

    def die(table: AppendTable, *args: object, **named: object) -> None:
        if table.table.name == "events":
            raise StoreUnavailableError("killed between two tables")
        append(table, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(AppendTable, "append", die)
    with pytest.raises(StoreUnavailableError):
        sink.write(batch([delivery(call(n), n) for n in range(2)]))
    monkeypatch.undo()
    assert (rows_of(settings, "raw_llm_calls"), rows_of(settings, "events")) == (2, 0)
    healed = LakeSink(settings)
    assert claim(healed) == {CALLS: 0}
    healed.write(batch([delivery(call(n), n) for n in range(4)]))  # a longer batch than the first
    assert (rows_of(settings, "raw_llm_calls"), rows_of(settings, "events")) == (4, 4)


def test_a_topic_that_was_created_anew_starts_at_zero(tmp_path: Path) -> None:
    settings = lake_settings(tmp_path)
    sink = LakeSink(settings)
    claim(sink)
    sink.write(batch([delivery(call(n), n) for n in range(3)]))
    assert claim(sink, topic_id="k2") == {CALLS: 0}
    sink.write(batch([delivery(call(9), 0)]))
    with LakeLedger(settings) as ledger:
        assert ledger.offsets() == {CALLS: 1}


def test_a_partition_that_was_never_claimed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FencedError, match="never claimed"):
        LakeSink(lake_settings(tmp_path)).write(batch([delivery(call(0), 0)]))


def test_offsets_survive_checkpoints_of_the_log(tmp_path: Path) -> None:
    settings = lake_settings(tmp_path)
    sink = LakeSink(settings)
    other = TopicPartition(ENTITIES, 2)
    claim(sink, CALLS, other)
    sink.write(Batch([], {other: Positions(0, 5, 0)}))  # committed once, long before the newest checkpoint
    for n in range(120):
        sink.write(Batch([], {CALLS: Positions(n, n + 1, 0)}))
    assert (tmp_path / "lake/tables/events/_delta_log/_last_checkpoint").exists()
    with LakeLedger(settings) as ledger:
        assert ledger.offsets() == {CALLS: 120, other: 5}


LOG = [call(0), call(1), call(0), call(2), call(1), call(3)]
"""A topic with repeats: what a relay killed between acknowledgement and mark leaves."""


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.tuples(st.integers(0, 1), st.integers(1, 6), st.booleans()), max_size=6))
def test_any_grouping_and_any_takeover_gives_the_same_lake(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int, bool]]
) -> None:
    settings = lake_settings(tmp_path_factory.mktemp("lake"))
    workers = [LakeSink(settings), LakeSink(settings)]
    at = [claim(worker)[CALLS] for worker in workers]
    for who, size, claims_first in [*cuts, (0, 6, True)]:
        if claims_first:
            at[who] = claim(workers[who])[CALLS]
        rows = [delivery(LOG[n], n) for n in range(at[who], min(at[who] + size, len(LOG)))]
        if rows:
            try:
                workers[who].write(batch(rows, at[who]))
                at[who] = rows[-1].offset + 1
            except FencedError:
                at[who] = claim(workers[who])[CALLS]
    with LakeLedger(settings) as ledger:
        assert ledger.tallies() == {"llm.call.completed": Tally.of(event_id(n) for n in range(4))}
        assert ledger.offsets() == {CALLS: len(LOG)}
    assert rows_of(settings, "events") == rows_of(settings, "raw_llm_calls") == len(LOG)


def test_messages_and_entities_go_to_their_own_tables(tmp_path: Path) -> None:
    settings = lake_settings(tmp_path)
    sink = LakeSink(settings)
    made = [delivery(message(1), 0), delivery(entity(2), 0), delivery(call(3), 0)]
    claim(sink, *(one.topic_partition for one in made))
    sink.write(batch(made))
    counts = {name: rows_of(settings, name) for name in ("events", "raw_messages", "entities", "raw_llm_calls")}
    assert counts == {"events": 3, "raw_messages": 1, "entities": 1, "raw_llm_calls": 1}
