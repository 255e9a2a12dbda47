"""What the warehouse is loaded from: lake tables, each with its event type and its way into ClickHouse."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from workbench.lake.changes import Changes
from workbench.lake.delta import MissingTableError
from workbench.settings import Settings
from workbench.warehouse.calls import LAKE_COLUMNS, CallBlock
from workbench.warehouse.client import Warehouse
from workbench.warehouse.debates import DEBATE_COLUMNS, RAW_DEBATES, insert_debates
from workbench.warehouse.ledger import DEBATE, LLM_CALL, WarehouseLedger
from workbench.warehouse.load import insert_block
from workbench.warehouse.progress import RAW_LLM_CALLS


@dataclass(frozen=True, slots=True)
class Feed:
    """One lake table that is loaded.

    Parameters
    ----------
    lake_table, event_type : str
    columns : tuple of str
        What is read of it.
    times : tuple of str
        Columns whose times ClickHouse must be able to hold.
    insert : callable
        Brings one block into ClickHouse, as often as it takes, once.
    """

    lake_table: str
    event_type: str
    columns: tuple[str, ...]
    times: tuple[str, ...]
    insert: Callable[[Warehouse, str, CallBlock], Any]


FEEDS = (
    Feed(RAW_LLM_CALLS, LLM_CALL, LAKE_COLUMNS, ("started_at", "occurred_at"), insert_block),
    Feed(RAW_DEBATES, DEBATE, DEBATE_COLUMNS, ("occurred_at",), insert_debates),
)
"""In the order in which they are loaded."""


def changes_of(settings: Settings, feed: Feed) -> Changes | None:
    """The feed's lake table; None while nothing was written to it."""
    try:
        return Changes(settings.object_store, feed.lake_table, columns=list(feed.columns))
    except MissingTableError:
        return None


def pending_ids(settings: Settings, event_type: str) -> Iterator[str]:
    """Ids of events that are in the lake and that the warehouse has not taken over yet, in order."""
    feed = next((one for one in FEEDS if one.event_type == event_type), None)
    if feed is None:
        return
    try:
        changes = Changes(settings.object_store, feed.lake_table, columns=["event_id"])
    except MissingTableError:
        return
    with WarehouseLedger(settings) as ledger:
        at = ledger.position(feed.lake_table)
        waiting: set[str] = set()
        for version in range(at.version, changes.latest() + 1):
            for added in changes.added(version, from_row=at.next_row if version == at.version else 0):
                waiting.update(added.rows["event_id"].to_pylist())
        if waiting:
            waiting.difference_update(ledger.stored_ids(event_type))
    yield from sorted(waiting)
