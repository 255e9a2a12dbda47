"""The lake to ClickHouse: one leased loader, each call and each debate once.

The loader goes through the versions of the lake tables of `workbench.pipelines.warehouse_feeds` in order; each
version's new rows make blocks that follow from the lake alone. See `workbench.warehouse.load` for what makes a block
arrive once and `workbench.lake.lease` for what makes the loader one.
"""

import threading
import time
from collections.abc import Callable

import structlog

from workbench.errors import FencedError, StoreError, StoreUnavailableError
from workbench.lake.lease import Lease
from workbench.lake.objects import open_objects
from workbench.pipelines.warehouse_feeds import FEEDS, Feed, changes_of
from workbench.pipelines.warehouse_loader import Loader
from workbench.resilience.backoff import Backoff
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.warehouse.client import Warehouse, open_warehouse
from workbench.warehouse.migrations import apply
from workbench.warehouse.progress import LoadPosition, read_position

IDLE_S = 0.25
"""Between two looks at the lake when there was nothing new."""

LEASE_KEY = "leases/warehouse"

WAIT_S = 120.0
"""`load_available` gives up when another loader has made no progress for this long."""

log = structlog.get_logger(__name__)


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
            if not lease.try_acquire(above=max(one.epoch for one in _positions(warehouse).values())):
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
            targets = {feed.lake_table: _latest(settings, feed) for feed in FEEDS}
            seen, since = _positions(warehouse), time.monotonic()
            while behind := [name for name, target in targets.items() if seen[name].version <= target]:
                if lease.try_acquire(above=max(one.epoch for one in seen.values())):
                    _load_once(settings, lease, warehouse, outbox=outbox)
                else:
                    time.sleep(IDLE_S)
                now = _positions(warehouse)
                if now == seen and time.monotonic() - since > WAIT_S:
                    raise StoreUnavailableError(
                        f"another loader holds the lease and has not moved from version {seen[behind[0]].version} of"
                        f" {behind[0]} for {WAIT_S:g} s; look at: workbench logs warehouse"
                    )
                if now != seen:
                    seen, since = now, time.monotonic()
            return sum(one.rows for one in seen.values())
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


def _latest(settings: Settings, feed: Feed) -> int:
    """The newest version of a feed's lake table; -1 while there is none."""
    changes = changes_of(settings, feed)
    return -1 if changes is None else changes.latest()


def _positions(warehouse: Warehouse) -> dict[str, LoadPosition]:
    return {feed.lake_table: read_position(warehouse, feed.lake_table) for feed in FEEDS}
