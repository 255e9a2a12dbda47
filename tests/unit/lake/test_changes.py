from pathlib import Path

import pytest

from tests.unit.lake.recorded import batch, call, delivery, lake_settings
from workbench.lake.changes import Changes
from workbench.lake.maintenance import compact
from workbench.pipelines.lake_ingest import LakeSink


@pytest.fixture
def changes(tmp_path: Path) -> Changes:
    """Version 0 makes the table, 1 adds seven rows in two partitions, 2 one row, 3 is a compaction."""
    settings = lake_settings(tmp_path)
    sink = LakeSink(settings)
    rows = [delivery(call(n, provider="ab"[n % 2]), n) for n in range(8)]
    sink.claim({rows[0].topic_partition: "k"})
    sink.write(batch(rows[:7], 0))
    sink.write(batch(rows[7:], 7))
    compact(settings)
    return Changes(settings.object_store, "raw_llm_calls", columns=["call_id"])


def test_each_version_gives_what_it_added_and_a_compaction_gives_nothing(changes: Changes) -> None:
    assert changes.latest() == 3
    assert [changes.row_count(version) for version in range(4)] == [0, 7, 1, 0]
    assert [list(changes.added(version)) for version in (0, 3)] == [[], []]


def test_blocks_are_the_same_however_often_and_from_wherever_they_are_read(changes: Changes) -> None:
    def blocks(from_row: int = 0) -> list[tuple[int, list[str]]]:
        found = changes.added(1, from_row=from_row, block_rows=3)
        return [(one.first_row, one.rows["call_id"].to_pylist()) for one in found]

    whole = blocks()
    assert [(first, len(rows)) for first, rows in whole] == [(0, 3), (3, 3), (6, 1)]
    assert blocks() == whole
    assert blocks(3) == whole[1:]
    assert blocks(7) == []
    assert len({call_id for _, rows in whole for call_id in rows}) == 7
