"""The lake to ClickHouse: one leased loader, each call once.

The loader goes through the versions of lake table ``raw_llm_calls`` in order; each version's new rows make
blocks that follow from the lake alone. See `workbench.warehouse.load` for what makes a block arrive once
and `workbench.lake.lease` for what makes the loader one.
"""

import threading
import time
from collections.abc import Callable, Iterator

import structlog

from workbench.errors import FencedError, StoreError, StoreUnavailableError
from workbench.lake.changes import Changes
from workbench.lake.delta import MissingTableError
from workbench.lake.lease import Lease
from workbench.lake.objects import open_objects
from workbench.lake.scan import LakeScan
from workbench.resilience.backoff import Backoff
from workbench.resilience.outbox import Outbox, Refused
from workbench.settings import Settings
from workbench.warehouse.calls import LAKE_COLUMNS, CallBlock, out_of_range
from workbench.warehouse.client import Warehouse, open_warehouse
from workbench.warehouse.ledger import LLM_CALL, WarehouseLedger
from workbench.warehouse.load import insert_block
from workbench.warehouse.migrations import apply
from workbench.warehouse.progress import RAW_LLM_CALLS, LoadPosition, read_position, take_over, write_position

BLOCK_ROWS = 100_000
"""Rows a block: ClickHouse takes 100k a call at 2.2 M rows/s, 10k at 0.9 M; a block is held in memory twice."""

IDLE_S = 0.25
"""Between two looks at the lake when there was nothing new."""

LEASE_KEY = "leases/warehouse"

WAIT_S = 120.0
"""`load_available` gives up when another loader has made no progress for this long."""

log = structlog.get_logger(__name__)


class Loader:
    """Loads what is in the lake, while it holds the lease.

    Parameters
    ----------
    settings : Settings
    lease : Lease
        Held.
    warehouse : Warehouse
    outbox : Outbox
        Takes the calls that ClickHouse cannot hold, as dead letters.
    """

    def __init__(self, settings: Settings, lease: Lease, warehouse: Warehouse, *, outbox: Outbox) -> None:
        self._settings = settings
        self._lease = lease
        self._warehouse = warehouse
        self._outbox = outbox
        self._changes: Changes | None = None

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
        self._lease.keep()
        try:
            self._changes = self._changes or Changes(
                self._settings.object_store, RAW_LLM_CALLS, columns=list(LAKE_COLUMNS)
            )
        except MissingTableError:
            return 0
        latest = self._changes.latest()
        position = start = take_over(self._warehouse, RAW_LLM_CALLS, epoch=self._lease.epoch)
        while position.version <= latest and not (stop and stop.is_set()):
            position = self._load_version(self._changes, position, stop)
        if position != start:
            write_position(self._warehouse, RAW_LLM_CALLS, position)
        return position.rows - start.rows

    def _load_version(self, changes: Changes, at: LoadPosition, stop: threading.Event | None) -> LoadPosition:
        """Progress is written after every block; that the version is done, with the next block or at the end."""
        for added in changes.added(at.version, from_row=at.next_row, block_rows=BLOCK_ROWS):
            if stop and stop.is_set():
                return at
            block = self._without_impossible_times(CallBlock.of(added.version, added.first_row, added.rows))
            self._lease.keep()
            insert_block(self._warehouse, RAW_LLM_CALLS, block)
            at = LoadPosition(at.epoch, at.version, block.next_row, at.rows + block.next_row - block.first_row)
            write_position(self._warehouse, RAW_LLM_CALLS, at)
        return LoadPosition(at.epoch, at.version + 1, 0, at.rows)

    def _without_impossible_times(self, block: CallBlock) -> CallBlock:
        bad = out_of_range(block.rows)
        if bad is None:
            return block
        with LakeScan(self._settings) as scan:
            for row in block.rows.filter(bad).to_pylist():
                found = scan.frame("envelope", event_id=row["event_id"])
                self._outbox.dead_letter(
                    Refused(
                        hop="warehouse",
                        reason=f"started at {row['started_at']}, occurred at {row['occurred_at']}: ClickHouse cannot"
                        " hold hours outside 1970 to 2105",
                        original=found.item() if found.height else b"",
                        event_id=row["event_id"],
                        event_type=LLM_CALL,
                        source=f"lake:{RAW_LLM_CALLS}:{block.version}:{row['lake_row']}",
                    )
                )
        return block.without(bad)


def _lease(settings: Settings) -> Lease:
    """Its term is Kafka's session timeout: a loader is replaced as soon as a consumer would be."""
    term_s = settings.kafka.session_timeout_ms / 1000
    return Lease(open_objects(settings.object_store), LEASE_KEY, term_s=term_s)


def run_loader(settings: Settings, *, stop: threading.Event) -> None:
    """Load the lake into ClickHouse until told to stop; one of several such processes works at a time.

    A store that is gone is waited for. A lost lease is asked for again.

    Parameters
    ----------
    settings : Settings
    stop : threading.Event
    """
    lease = _lease(settings)
    backoff = Backoff(first_s=IDLE_S, most_s=5.0)
    outbox = Outbox(settings.outbox_path)
    try:
        while not stop.is_set():
            try:
                _run_session(settings, lease, outbox=outbox, stop=stop, settled=backoff.reset)
            except FencedError as error:
                log.warning("loader lost its lease", reason=str(error))
                _give_back(lease)
            except StoreUnavailableError as error:
                log.warning("loader waits for a store", reason=str(error))
            except StoreError as error:
                log.error("loader cannot go on, will try again", reason=str(error))
            stop.wait(backoff.wait_s())
        _give_back(lease)
    finally:
        outbox.close()


def _run_session(
    settings: Settings, lease: Lease, *, outbox: Outbox, stop: threading.Event, settled: Callable[[], None]
) -> None:
    apply(settings)
    with open_warehouse(settings) as warehouse:
        while not lease.epoch:
            if stop.is_set():
                return
            if not lease.try_acquire(above=read_position(warehouse, RAW_LLM_CALLS).epoch):
                stop.wait(IDLE_S)
        log.info("loader has the lease", epoch=lease.epoch)
        loader = Loader(settings, lease, warehouse, outbox=outbox)
        while not stop.is_set():
            rows = loader.load(stop=stop)
            settled()
            if rows:
                log.info("loaded", rows=rows)
            stop.wait(IDLE_S)


def _give_back(lease: Lease) -> None:
    try:
        lease.release()
    except StoreError as error:
        log.warning("lease not given back; it ends by itself", reason=str(error))


def load_available(settings: Settings) -> int:
    """Load everything that is in the lake now, or wait until the loader that holds the lease has done so.

    Returns
    -------
    int
        Rows taken over since the warehouse was empty, repeats included.

    Raises
    ------
    StoreUnavailableError
        When a store does not answer, or another loader holds the lease and makes no progress.
    """
    lease = _lease(settings)
    apply(settings)
    outbox = Outbox(settings.outbox_path)
    try:
        with open_warehouse(settings) as warehouse:
            try:
                target = Changes(settings.object_store, RAW_LLM_CALLS, columns=list(LAKE_COLUMNS)).latest()
            except MissingTableError:
                return 0
            seen, since = read_position(warehouse, RAW_LLM_CALLS), time.monotonic()
            while seen.version <= target:
                if lease.try_acquire(above=seen.epoch):
                    _load_once(settings, lease, warehouse, outbox=outbox)
                else:
                    time.sleep(IDLE_S)
                now = read_position(warehouse, RAW_LLM_CALLS)
                if now == seen and time.monotonic() - since > WAIT_S:
                    raise StoreUnavailableError(
                        f"another loader holds the lease and has not moved from version {seen.version} for"
                        f" {WAIT_S:g} s; look at: workbench logs warehouse"
                    )
                if now != seen:
                    seen, since = now, time.monotonic()
            return seen.rows
    finally:
        _give_back(lease)
        outbox.close()


def _load_once(settings: Settings, lease: Lease, warehouse: Warehouse, *, outbox: Outbox) -> None:
    try:
        Loader(settings, lease, warehouse, outbox=outbox).load()
    except FencedError as error:
        log.warning("loader lost its lease", reason=str(error))
    finally:
        _give_back(lease)


def pending_ids(settings: Settings, event_type: str) -> Iterator[str]:
    """Ids of events that are in the lake and that the warehouse has not taken over yet, in order."""
    if event_type != LLM_CALL:
        return
    try:
        changes = Changes(settings.object_store, RAW_LLM_CALLS, columns=["event_id"])
    except MissingTableError:
        return
    with WarehouseLedger(settings) as ledger:
        at = ledger.position()
        waiting: set[str] = set()
        for version in range(at.version, changes.latest() + 1):
            for added in changes.added(version, from_row=at.next_row if version == at.version else 0):
                waiting.update(added.rows["event_id"].to_pylist())
        if waiting:
            waiting.difference_update(ledger.stored_ids(event_type))
    yield from sorted(waiting)
