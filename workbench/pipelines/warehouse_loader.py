"""One loader's work: the new rows of each feed's lake table, version by version, into ClickHouse."""

import threading
from collections.abc import Mapping
from typing import Any

from workbench.lake.changes import Changes
from workbench.lake.lease import Lease
from workbench.lake.scan import LakeScan
from workbench.pipelines.warehouse_feeds import FEEDS, Feed, changes_of
from workbench.resilience.outbox import Outbox, Refused
from workbench.settings import Settings
from workbench.warehouse.calls import CallBlock, out_of_range
from workbench.warehouse.client import Warehouse
from workbench.warehouse.progress import LoadPosition, take_over, write_position

BLOCK_ROWS = 100_000
"""Rows a block: ClickHouse takes 100k a call at 2.2 M rows/s, 10k at 0.9 M; a block is held in memory twice."""


class Loader:
    """Loads what is in the lake, while it holds the lease.

    Parameters
    ----------
    settings : Settings
    lease : Lease
        Held.
    warehouse : Warehouse
    outbox : Outbox
        Takes the events that ClickHouse cannot hold, as dead letters.
    """

    def __init__(self, settings: Settings, lease: Lease, warehouse: Warehouse, *, outbox: Outbox) -> None:
        self._settings = settings
        self._lease = lease
        self._warehouse = warehouse
        self._outbox = outbox
        self._changes: dict[str, Changes] = {}

    def load(self, *, stop: threading.Event | None = None) -> int:
        """Load every version that is there now.

        Returns
        -------
        int
            Rows taken over from the lake, repeats included.

        Raises
        ------
        FencedError
            When the lease is lost or another loader has gone on.
        StoreUnavailableError, SinkBackpressureError
            When a store does not answer; what was loaded stays.
        """
        return sum(self._load_feed(feed, stop) for feed in FEEDS)

    def _load_feed(self, feed: Feed, stop: threading.Event | None) -> int:
        self._lease.keep()
        changes = self._changes.get(feed.lake_table) or changes_of(self._settings, feed)
        if changes is None:
            return 0
        self._changes[feed.lake_table] = changes
        latest = changes.latest()
        position = start = take_over(self._warehouse, feed.lake_table, epoch=self._lease.epoch)
        while position.version <= latest and not (stop and stop.is_set()):
            position = self._load_version(feed, changes, position, stop)
        if position != start:
            write_position(self._warehouse, feed.lake_table, position)
        return position.rows - start.rows

    def _load_version(
        self, feed: Feed, changes: Changes, at: LoadPosition, stop: threading.Event | None
    ) -> LoadPosition:
        """Progress is written after every block; that the version is done, with the next block or at the end."""
        for added in changes.added(at.version, from_row=at.next_row, block_rows=BLOCK_ROWS):
            if stop and stop.is_set():
                return at
            block = self._without_impossible_times(feed, CallBlock.of(added.version, added.first_row, added.rows))
            self._lease.keep()
            feed.insert(self._warehouse, feed.lake_table, block)
            at = LoadPosition(at.epoch, at.version, block.next_row, at.rows + block.next_row - block.first_row)
            write_position(self._warehouse, feed.lake_table, at)
        return LoadPosition(at.epoch, at.version + 1, 0, at.rows)

    def _without_impossible_times(self, feed: Feed, block: CallBlock) -> CallBlock:
        bad = out_of_range(block.rows, times=feed.times)
        if bad is None:
            return block
        with LakeScan(self._settings) as scan:
            for row in block.rows.filter(bad).to_pylist():
                found = scan.frame("envelope", event_id=row["event_id"])
                self._outbox.dead_letter(
                    Refused(
                        hop="warehouse",
                        reason=f"{_times(feed, row)}: ClickHouse cannot hold hours outside 1970 to 2105",
                        original=found.item() if found.height else b"",
                        event_id=row["event_id"],
                        event_type=feed.event_type,
                        source=f"lake:{feed.lake_table}:{block.version}:{row['lake_row']}",
                    )
                )
        return block.without(bad)


def _times(feed: Feed, row: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {row[name]}" for name in feed.times)
