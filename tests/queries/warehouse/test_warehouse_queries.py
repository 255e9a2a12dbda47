"""Every case of a warehouse query, on a real ClickHouse, loaded the way the loader loads."""

from pathlib import Path

import pyarrow as pa
import pytest

from tests.queries.call_cases import cases, check, deliveries, parameters, read
from workbench.lake.rows import event_rows, payload_rows
from workbench.lake.schema import RAW_LLM_CALLS
from workbench.settings import Settings
from workbench.warehouse.calls import LAKE_COLUMNS, CallBlock
from workbench.warehouse.client import open_warehouse
from workbench.warehouse.ledger import WarehouseLedger
from workbench.warehouse.load import insert_block
from workbench.warehouse.migrations import apply

DATABASE = "query_cases"


@pytest.fixture(scope="module")
def warehouse_settings(stack: Settings) -> Settings:
    own = stack.model_copy(update={"clickhouse": stack.clickhouse.model_copy(update={"database": DATABASE})})
    apply(own)
    return own


@pytest.mark.clickhouse
@pytest.mark.parametrize("case", cases("warehouse"))
def test_a_warehouse_query_gives_what_was_worked_out_by_hand(case: Path, warehouse_settings: Settings) -> None:
    rows = deliveries(read(case, "given"))
    calls = payload_rows(RAW_LLM_CALLS, rows, event_rows(rows), indexes=range(len(rows))).select(list(LAKE_COLUMNS))
    block = CallBlock.of(0, 0, calls.append_column("lake_file", pa.repeat("f", calls.num_rows)))
    with WarehouseLedger(warehouse_settings) as ledger:
        ledger.clear()
    with open_warehouse(warehouse_settings) as warehouse:
        insert_block(warehouse, "raw_llm_calls", block)
        check(warehouse.frame(case.parent.name, **parameters(case)), case)


@pytest.mark.clickhouse
def test_every_query_for_people_has_a_case(warehouse_settings: Settings) -> None:
    from workbench.queries import load_query, query_names

    asked = {name for name in query_names("warehouse") if "since" in load_query("warehouse", name).parameters}
    assert asked - {"loaded_calls"} <= {path.parent.name for path in Path(__file__).parent.glob("*/*/")}
