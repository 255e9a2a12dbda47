"""What each worker process runs. Stores are imported only by the worker that writes to them."""

import gc
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import structlog

from workbench.errors import WorkbenchError
from workbench.pipelines.blobs import open_blobs
from workbench.pipelines.publish import Publisher
from workbench.resilience.breakers import CircuitBreakers
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.consume import run_worker
from workbench.stream.control import PauseSwitch
from workbench.stream.sink import Sink

RELAY_PATIENCE_S = 5.0
"""Workers that produce next to nothing relay only what has waited this long: then nobody else does it."""

YOUNG_OBJECTS = 100_000
"""Allocations between looks for reference cycles. A buffered batch is some 60,000 objects without a cycle;
at Python's 700 they are walked again and again, which takes a third of the time of decoding."""

PAUSE_LOOK_S = 0.25
"""Seconds between looks at the switch of a worker that is no consumer."""

_log = structlog.get_logger(__name__)

OpenSinks = Callable[[Settings, Outbox], list[Sink]]

Task = Callable[[Settings, Publisher, threading.Event], None]
"""What a worker does beside its sinks, in a thread of its own, until the event is set."""


@dataclass(frozen=True, slots=True)
class WorkerKind:
    """One kind of worker.

    Parameters
    ----------
    component : str
        Field of ``settings.components`` that switches it on.
    flag : str
        The environment variable of that field.
    store : str
        Name of the breaker in front of its store.
    hops : tuple of str
        What its sinks report as; see `workbench.stream.progress`.
    open_sinks : callable or None
        Its sinks, a thread each; None for the warehouse, which is fed from the lake.
    relay_patience_s : float
        See `Publisher`.
    task : callable or None
        What runs beside the sinks.
    own_group : bool
        Each installation reads everything: its consumer group is its own.
    """

    component: str
    flag: str
    store: str
    hops: tuple[str, ...]
    open_sinks: OpenSinks | None
    relay_patience_s: float = RELAY_PATIENCE_S
    own_group: bool = False
    task: Task | None = None


def _graph(settings: Settings, outbox: Outbox) -> list[Sink]:
    from functools import partial

    from workbench.extraction import extract_events, local_extractor
    from workbench.pipelines.extract import extraction_sink
    from workbench.pipelines.graph_ingest import graph_sink

    extractor = local_extractor(settings.extraction.method, model=settings.extraction.model)
    return [extraction_sink(outbox, partial(extract_events, extractor=extractor)), graph_sink(settings)]


def _context(settings: Settings, outbox: Outbox) -> list[Sink]:
    from workbench.pipelines.context_ingest import context_sink

    return [context_sink(settings)]


def _close_idle(settings: Settings, publisher: Publisher, stop: threading.Event) -> None:
    from workbench.pipelines.close_idle import run_closer

    run_closer(settings, publisher, stop=stop)


def _learning(settings: Settings, outbox: Outbox) -> list[Sink]:
    from workbench.pipelines.learning_ingest import learning_sink

    return [learning_sink(settings)]


def _learn(settings: Settings, publisher: Publisher, stop: threading.Event) -> None:
    from workbench.pipelines.learn import run_learner

    run_learner(settings, publisher, stop=stop)


def _memory(settings: Settings, outbox: Outbox) -> list[Sink]:
    from workbench.pipelines.memory_ingest import memory_sink

    return [memory_sink(settings, outbox)]


def _group_settings(settings: Settings, kind: WorkerKind) -> Settings:
    if not kind.own_group:
        return settings
    from workbench.pipelines.memory_ingest import replica_settings

    return replica_settings(settings)


def _lake(settings: Settings, outbox: Outbox) -> list[Sink]:
    from workbench.pipelines.lake_ingest import lake_sink

    return [lake_sink(settings)]


WORKERS: dict[str, WorkerKind] = {
    "graph": WorkerKind(
        "knowledge_graph", "BIGDATA_ENABLE_KNOWLEDGE_GRAPH", "neo4j", ("extraction", "graph"), _graph, 0.0
    ),
    "context": WorkerKind(
        "infinite_context",
        "BIGDATA_ENABLE_INFINITE_CONTEXT",
        "postgresql",
        ("context",),
        _context,
        task=_close_idle,
    ),
    "learning": WorkerKind(
        "cross_learning", "BIGDATA_ENABLE_CROSS_LEARNING", "postgresql", ("learning",), _learning, task=_learn
    ),
    "memory": WorkerKind(
        "distributed_memory",
        "BIGDATA_ENABLE_DISTRIBUTED_MEMORY",
        "postgresql",
        ("memory",),
        _memory,
        relay_patience_s=0.0,
        own_group=True,
    ),
    "lake": WorkerKind("data_lake", "BIGDATA_ENABLE_DATA_LAKE", "object_store", ("lake",), _lake),
    "warehouse": WorkerKind("analytics", "BIGDATA_ENABLE_ANALYTICS", "clickhouse", (), None),
}
"""Name -> what ``workbench worker NAME`` runs."""


def enabled(settings: Settings, name: str) -> bool:
    """Whether a kind of worker is switched on; the warehouse needs the lake that feeds it, and learning the context."""
    components = settings.components
    if (name == "warehouse" and not components.data_lake) or (name == "learning" and not components.infinite_context):
        return False
    return bool(getattr(components, WORKERS[name].component))


def run(name: str, settings: Settings, *, stop: threading.Event) -> None:
    """Run a worker until `stop` is set; the component must be enabled.

    Raises
    ------
    WorkbenchError
        When a part of it ends by itself; the other parts are stopped first.
    """
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    kind = WORKERS[name]
    switch = PauseSwitch(settings, name)
    if kind.open_sinks is None:
        _run_loader(settings, stop, switch.paused)
        return
    outbox = Outbox(settings.outbox_path)
    blobs = open_blobs(settings)
    breakers = CircuitBreakers(settings.breaker)
    breakers.listen(lambda one: _log.warning("breaker moved", breaker=one.name, state=one.new, reason=one.reason))
    publisher = Publisher(
        settings,
        upload_blob=blobs.upload,
        outbox=outbox,
        breakers=breakers,
        patience_s=kind.relay_patience_s,
    )
    try:
        sinks = kind.open_sinks(settings, outbox)
        with ThreadPoolExecutor(len(sinks) + (kind.task is not None)) as pool:
            parts = [
                pool.submit(
                    run_worker,
                    sink,
                    _group_settings(settings, kind),
                    outbox=outbox,
                    stop=stop,
                    fetch_blob=blobs.fetch,
                    control=switch.paused,
                    breakers=breakers,
                    store="outbox" if sink.hop == "extraction" else kind.store,
                )
                for sink in sinks
            ]
            if kind.task is not None:
                parts.append(pool.submit(kind.task, settings, publisher, stop))
            _wait(parts, publisher, stop)
    finally:
        publisher.close()
        outbox.close()


def _wait(parts: list[Future[None]], publisher: Publisher, stop: threading.Event) -> None:
    """Until all parts have ended; the first that fails stops the others."""
    while not wait(parts, timeout=1.0, return_when=FIRST_COMPLETED).done:
        if publisher.broken:
            stop.set()
            raise WorkbenchError("the relay of this worker has ended by a defect; its traceback is in the log")
    stop.set()
    for part in parts:
        part.result()


def _run_loader(settings: Settings, stop: threading.Event, paused: Callable[[], bool]) -> None:
    from workbench.pipelines.warehouse_load import run_loader

    while not stop.is_set():
        if paused():
            stop.wait(PAUSE_LOOK_S)
            continue
        pause_or_stop = threading.Event()
        watch = threading.Thread(target=_watch, args=(stop, paused, pause_or_stop), daemon=True)
        watch.start()
        try:
            run_loader(settings, stop=pause_or_stop)
        finally:
            pause_or_stop.set()
            watch.join()


def _watch(stop: threading.Event, paused: Callable[[], bool], pause_or_stop: threading.Event) -> None:
    while not (pause_or_stop.is_set() or stop.is_set() or paused()):
        stop.wait(PAUSE_LOOK_S)
    pause_or_stop.set()
