"""Where the loader stands, kept in ClickHouse; the highest epoch speaks.

ClickHouse has no transactions, so progress is a row written after the block. A loader of an older epoch
may write late: its rows are not read any more.
"""

from dataclasses import dataclass

import pyarrow as pa

from workbench.errors import FencedError
from workbench.warehouse.client import Warehouse

RAW_LLM_CALLS = "raw_llm_calls"
"""The lake table that the warehouse is loaded from."""


@dataclass(frozen=True, slots=True)
class LoadPosition:
    """The next row to load.

    Parameters
    ----------
    epoch : int
        Of the loader that wrote it; 0 when nothing was loaded yet.
    version : int
        Delta version.
    next_row : int
        Row of what that version added.
    rows : int
        Taken over so far since the last restart.
    """

    epoch: int = 0
    version: int = 0
    next_row: int = 0
    rows: int = 0


def read_position(warehouse: Warehouse, lake_table: str) -> LoadPosition:
    """Where the loader stands."""
    found = warehouse.frame("load_position", lake_table=lake_table)
    return LoadPosition(*(int(value) for value in found.row(0))) if found.height else LoadPosition()


def write_position(warehouse: Warehouse, lake_table: str, position: LoadPosition) -> None:
    """Note where the loader stands now."""
    warehouse.insert(
        "load_progress",
        pa.table(
            {
                "lake_table": [lake_table],
                "epoch": pa.array([position.epoch], pa.uint64()),
                "version": pa.array([position.version], pa.uint64()),
                "next_row": pa.array([position.next_row], pa.uint64()),
                "rows": pa.array([position.rows], pa.uint64()),
            }
        ),
    )


def take_over(warehouse: Warehouse, lake_table: str, *, epoch: int) -> LoadPosition:
    """The position to go on from, made this epoch's own, so that rows of older epochs are not read any more.

    Raises
    ------
    FencedError
        When a higher epoch has spoken.
    """
    found = read_position(warehouse, lake_table)
    if found.epoch > epoch:
        raise FencedError(f"the loader of epoch {epoch} was replaced by epoch {found.epoch}; take the lease again")
    if found.epoch == epoch:
        return found
    mine = LoadPosition(epoch, found.version, found.next_row, found.rows)
    write_position(warehouse, lake_table, mine)
    return mine


def restart(warehouse: Warehouse, lake_table: str) -> None:
    """Fence every loader and let the next one start at the beginning."""
    write_position(warehouse, lake_table, LoadPosition(epoch=read_position(warehouse, lake_table).epoch + 1))
