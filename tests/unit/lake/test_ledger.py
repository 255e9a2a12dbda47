from datetime import timedelta
from pathlib import Path

import polars as pl

from tests.unit.lake.recorded import START, batch, call, delivery, event_id, lake_settings, message
from workbench.events.codec import encode_event, stamped
from workbench.events.tally import Tally
from workbench.lake.layout import TABLES as TABLE_ORDER
from workbench.lake.ledger import LakeLedger
from workbench.lake.maintenance import beyond_retention, compact, partitions, vacuum
from workbench.lake.payloads import raw_payloads
from workbench.lake.schema import TABLES
from workbench.pipelines.lake_ingest import LakeSink
from workbench.settings import Settings
from workbench.stream.sink import Delivery, TopicPartition


def filled(folder: Path, *batches: list[Delivery]) -> Settings:
    settings = lake_settings(folder)
    sink = LakeSink(settings)
    sink.claim({one.topic_partition: "k" for rows in batches for one in rows})
    at: dict[TopicPartition, int] = {}
    for rows in batches:
        sink.write(batch(rows, dict(at)))
        at.update({one.topic_partition: one.offset + 1 for one in rows})
    return settings


def test_an_empty_lake_is_empty_and_not_an_error(tmp_path: Path) -> None:
    with LakeLedger(lake_settings(tmp_path)) as ledger:
        assert (ledger.tallies(), list(ledger.iter_events()), ledger.offsets()) == ({}, [], {})
        assert len(ledger.content_hash()) == 64


def test_a_repeated_event_counts_once_everywhere(tmp_path: Path) -> None:
    settings = filled(tmp_path, [delivery(call(1), 0), delivery(call(1), 1)], [delivery(call(1), 2)])
    with LakeLedger(settings) as ledger:
        assert ledger.tallies() == {"llm.call.completed": Tally.of([event_id(1)])}
        assert list(ledger.stored_ids("llm.call.completed")) == [event_id(1)]
        assert len(list(ledger.iter_events())) == 1


def test_the_content_hash_does_not_know_order_offsets_or_recording_times(tmp_path: Path) -> None:
    one, two = call(1), message(2)
    here = filled(tmp_path / "a", [delivery(one, 0), delivery(two, 0)])
    late = stamped(one, START + timedelta(days=9))
    there = filled(tmp_path / "b", [delivery(two, 5, partition=1)], [delivery(late, 3), delivery(late, 4)])
    other = filled(tmp_path / "c", [delivery(call(1, cost_usd=0.26), 0), delivery(two, 0)])
    hashes = []
    for settings in (here, there, other):
        with LakeLedger(settings) as ledger:
            hashes.append(ledger.content_hash())
    assert hashes[0] == hashes[1]
    assert hashes[0] != hashes[2]


def test_events_come_back_in_ingestion_order_over_days_and_after_a_time(tmp_path: Path) -> None:
    made = [stamped(call(n), START + timedelta(days=day)) for n, day in ((1, 3), (2, 1), (3, 2), (4, 1))]
    made[3] = stamped(made[3], START + timedelta(days=1, microseconds=1))
    settings = filled(tmp_path, [delivery(one, n) for n, one in enumerate(made)])
    in_order = [made[1], made[3], made[2], made[0]]
    with LakeLedger(settings) as ledger:
        assert list(ledger.iter_events(batch_rows=2)) == [encode_event(one) for one in in_order]
        after = START + timedelta(days=1)
        assert list(ledger.iter_events(after)) == [encode_event(one) for one in in_order[1:]]


def test_compaction_keeps_rows_and_offsets_and_a_worker_may_go_on(tmp_path: Path) -> None:
    settings = lake_settings(tmp_path)
    sink = LakeSink(settings)
    at = delivery(call(0), 0).topic_partition
    sink.claim({at: "k"})
    for n in range(5):
        sink.write(batch([delivery(call(n), n)], n))
    with LakeLedger(settings) as ledger:
        before = (ledger.tallies(), ledger.content_hash(), ledger.offsets())
    assert {one.table: (one.files_removed, one.files_added) for one in compact(settings)}["events"] == (5, 1)
    with LakeLedger(settings) as ledger:
        assert (ledger.tallies(), ledger.content_hash(), ledger.offsets()) == before
    sink.write(batch([delivery(call(5), 5)], 5))  # from the snapshot before the compaction
    with LakeLedger(settings) as ledger:
        assert ledger.tallies()["llm.call.completed"].count == 6
    assert vacuum(settings, dry_run=True)["events"] == []  # younger than the retention time


def test_partitions_tell_files_rows_and_bytes_and_retention_counts_from_ingestion(tmp_path: Path) -> None:
    settings = filled(tmp_path, [delivery(call(1), 0), delivery(call(2, provider="Azure"), 1)])
    found = partitions(settings).filter(pl.col("table") == "raw_llm_calls")
    assert found.select("lake_provider", "files", "rows").rows() == [("azure", 1, 1), ("openai", 1, 1)]
    assert found["size_bytes"].min() > 0
    ingested = (START + timedelta(days=1)).date()
    assert beyond_retention(settings, keep_days=1, today=ingested + timedelta(days=1)).height == 0
    assert beyond_retention(settings, keep_days=1, today=ingested + timedelta(days=2)).height == 3


def test_a_raw_payload_comes_back_byte_for_byte(tmp_path: Path) -> None:
    settings = filled(tmp_path, [delivery(call(1, body=b"\x00\xff{"), 0)])
    assert [(one.request, one.response) for one in raw_payloads(settings, "call-1")] == [(b"\x00\xff{", b"{\xff\x00")]
    assert raw_payloads(settings, "no such call") == []


def test_files_are_compressed_with_zstd(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    filled(tmp_path, [delivery(call(1), 0)])
    for path in (tmp_path / "lake/tables/events").rglob("part-*.parquet"):
        group = pq.ParquetFile(path).metadata.row_group(0)
        assert {group.column(n).compression for n in range(group.num_columns)} == {"ZSTD"}


def test_tables_are_written_in_the_declared_order_with_events_last() -> None:
    assert tuple(TABLES) == TABLE_ORDER
    assert TABLE_ORDER[-1] == "events"
