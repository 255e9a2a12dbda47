"""Every case of a lake query, on DuckDB over real Delta tables in a folder."""

from pathlib import Path

import pytest

from tests.queries.call_cases import cases, check, deliveries, parameters, read
from workbench.lake.scan import LakeScan
from workbench.pipelines.lake_ingest import LakeSink
from workbench.settings import load_settings
from workbench.stream.sink import Batch, Positions


@pytest.mark.parametrize("case", cases("lake"))
def test_a_lake_query_gives_what_was_worked_out_by_hand(case: Path, tmp_path: Path) -> None:
    settings = load_settings({}, WORKBENCH_HOME=tmp_path, WORKBENCH_LAKE_URL=str(tmp_path / "lake"))
    rows = deliveries(read(case, "given"))
    sink = LakeSink(settings)
    at = rows[0].topic_partition
    sink.claim({at: "k"})
    sink.write(Batch(rows, {at: Positions(0, len(rows), 0)}))
    with LakeScan(settings) as scan:
        check(scan.frame(case.parent.name, **parameters(case)), case)
