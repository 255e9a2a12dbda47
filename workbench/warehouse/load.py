"""Bring one block of calls into ClickHouse, as often as it takes, once.

Three things together: the block's token (ClickHouse drops a block whose token it has seen, per table and
for the view's table apart, so a crash between the two heals); an anti-join that looks at *earlier* blocks
only, so that a repeat of the block finds what the first try found; and progress written after.
"""

from datetime import timedelta

import pyarrow as pa

from workbench.warehouse.calls import CallBlock, Parted, part, time_range
from workbench.warehouse.client import Warehouse

REPEAT_COLUMNS = ["event_id", "call_id", "lake_version", "lake_row", "lake_file"]


def insert_block(warehouse: Warehouse, lake_table: str, block: CallBlock) -> Parted:
    """Insert a block's new calls.

    Returns
    -------
    Parted
        What was inserted, or was there from an earlier try.

    Raises
    ------
    StoreUnavailableError, SinkBackpressureError
        When the same block should be sent again later.
    StoreError
        When ClickHouse refuses it.
    """
    if block.rows.num_rows == 0:
        return Parted(block.rows, block.rows)
    parted = part(block.rows, _loaded(warehouse, block))
    if parted.repeats.num_rows:
        warehouse.insert("llm_call_repeats", parted.repeats.select(REPEAT_COLUMNS))
    if parted.calls.num_rows:
        warehouse.insert(
            "llm_calls",
            parted.calls,
            settings={
                "insert_deduplication_token": block.token(lake_table),
                "deduplicate_blocks_in_dependent_materialized_views": 1,
                "max_partitions_per_insert_block": 0,  # a log of many years is one block of many months
            },
        )
    return parted


def _loaded(warehouse: Warehouse, block: CallBlock) -> dict[str, set[str]]:
    since, until = time_range(block.rows)
    found = warehouse.frame(
        "loaded_calls",
        external={"incoming": pa.table({"call_id": block.rows["call_id"]})},
        since=since,
        until=until + timedelta(microseconds=1),
        version=block.version,
        next_row=block.first_row,
    )
    loaded: dict[str, set[str]] = {}
    for call_id, event_id in found.iter_rows():
        loaded.setdefault(call_id, set()).add(event_id)
    return loaded
