"""Fill a store anew from the lake alone, and prove that it holds the same as before."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from workbench.errors import ReconciliationError, StoreRefusedError, UsageError
from workbench.events.codec import decode_event, decode_payload
from workbench.events.topics import EVENT_TYPES, Hop
from workbench.lake.ledger import LakeLedger
from workbench.lake.objects import ObjectStoreClient
from workbench.pipelines.accounts import open_store_ledger
from workbench.pipelines.reconcile import reconcile
from workbench.settings import Settings
from workbench.stream.sink import Batch, Delivery, Sink, TopicPartition

Rebuildable = Literal["graph", "context", "learning", "warehouse"]
REBUILDABLE: tuple[Rebuildable, ...] = ("graph", "context", "learning", "warehouse")

CHUNK_EVENTS = 2_000
"""Events a commit: what the worker loop takes too."""

FROM_LAKE = TopicPartition("lake", 0)
"""Stands where a delivery's place in Kafka would; a rebuild moves no offsets."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did.

    Parameters
    ----------
    store : str
    events : int
        Events that were replayed.
    refused : int
        Events that the store refuses, as it did before: they are dead letters.
    before, after : str
        Content hashes, SHA-256; equal unless something changed in between.
    """

    store: Rebuildable
    events: int
    refused: int
    before: str
    after: str

    @property
    def same(self) -> bool:
        """The store holds the same facts as before."""
        return self.before == self.after


def rebuild(
    settings: Settings, store: Rebuildable, *, progress: Callable[[int], None] = lambda events: None
) -> Rebuilt:
    """Empty a store and replay the lake into it; Kafka is not read.

    Parameters
    ----------
    settings : Settings
    store : {"graph", "context", "learning", "warehouse"}
        Learning reads the context store, so a context that is to be rebuilt, too, comes first.
    progress : callable
        Called with the number of events replayed so far.

    Raises
    ------
    UsageError
        When there is no such store.
    ReconciliationError
        When the lake lacks events that the store has, so that emptying it would lose them.
    StoreUnavailableError
        When a store is gone; run the rebuild again then, it starts from the beginning.
    """
    if store not in REBUILDABLE:
        raise UsageError(f"{store!r} cannot be rebuilt; stores: {', '.join(REBUILDABLE)}")
    _require_lake_is_whole(settings)
    with open_store_ledger(store, settings) as ledger:
        before = ledger.content_hash()
        ledger.clear()
    events, refused = _reload_warehouse(settings) if store == "warehouse" else _replay(settings, store, progress)
    if store == "learning":
        _learn_again(settings)
    with open_store_ledger(store, settings) as ledger:
        return Rebuilt(store, events, refused, before, ledger.content_hash())


def _require_lake_is_whole(settings: Settings) -> None:
    waiting = [
        one for one in reconcile(settings).accounts if one.hop == "lake" and (one.lost or one.pending or one.error)
    ]
    if waiting:
        what = "; ".join(f"{one.event_type}: {one.error or f'{one.lost + one.pending} missing'}" for one in waiting)
        raise ReconciliationError(f"the lake is not whole ({what}); let worker lake catch up, then rebuild")


def _reload_warehouse(settings: Settings) -> tuple[int, int]:
    from workbench.pipelines.warehouse_load import load_available

    return load_available(settings), 0


def _learn_again(settings: Settings) -> None:
    from workbench.database.pool import open_pool
    from workbench.pipelines.learn import open_learner
    from workbench.pipelines.publish import open_publisher

    with open_pool(settings, size=1) as pool, open_publisher(settings) as publisher:
        learner = open_learner(settings, publisher, pool)
        while learner.learn(everybody=True).conversations:
            pass


def _sink(settings: Settings, store: Rebuildable) -> Sink:
    if store == "graph":
        from workbench.pipelines.graph_ingest import graph_sink

        return graph_sink(settings)
    if store == "learning":
        from workbench.pipelines.learning_ingest import learning_sink

        return learning_sink(settings)
    from workbench.pipelines.context_ingest import context_sink

    return context_sink(settings)


def _replay(settings: Settings, hop: Hop, progress: Callable[[int], None]) -> tuple[int, int]:
    sink = _sink(settings, hop)  # type: ignore[arg-type]
    events = refused = 0
    try:
        with LakeLedger(settings) as lake:
            deliveries = _deliveries(lake, hop, ObjectStoreClient(settings.object_store))
            while chunk := list(islice(deliveries, CHUNK_EVENTS)):
                refused += _write(sink, chunk)
                events += len(chunk)
                progress(events)
    finally:
        sink.close()
    return events, refused


def _deliveries(lake: LakeLedger, hop: Hop, blobs: ObjectStoreClient) -> Iterator[Delivery]:
    for number, value in enumerate(lake.iter_events()):
        event = decode_event(value)
        if hop in EVENT_TYPES[event.event_type].hops:
            ref = event.payload_ref
            payload = decode_payload(event, None if ref is None else blobs.get_blob(ref.sha256))
            yield Delivery(event, payload, FROM_LAKE, number, value)


def _write(sink: Sink, chunk: Sequence[Delivery]) -> int:
    """Write all but what the store refuses; gives how many it refused."""
    try:
        sink.write(Batch(chunk))
    except StoreRefusedError:
        if len(chunk) == 1:
            return 1
        half = len(chunk) // 2
        return _write(sink, chunk[:half]) + _write(sink, chunk[half:])
    return 0
