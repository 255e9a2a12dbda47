"""``workbench worker NAME [pause|resume]``: one of the processes between Kafka and a store."""

from enum import StrEnum
from typing import Annotated

import typer


class WorkerName(StrEnum):
    """The workers of this version."""

    graph = "graph"
    context = "context"
    lake = "lake"
    warehouse = "warehouse"


class WorkerAction(StrEnum):
    """What to do with a worker."""

    run = "run"
    pause = "pause"
    resume = "resume"


def worker(
    name: Annotated[WorkerName, typer.Argument(help="Which one.")],
    action: Annotated[
        WorkerAction,
        typer.Argument(help="run until SIGTERM; pause or resume those that run (they keep their group membership)."),
    ] = WorkerAction.run,
) -> None:
    """Run a worker until SIGTERM, or pause and resume it."""
    import signal
    import threading

    import structlog

    from workbench.pipelines import workers
    from workbench.settings import load_settings
    from workbench.stream.control import PauseSwitch
    from workbench.telemetry.logs import configure_logging

    settings = load_settings()
    kind = workers.WORKERS[name.value]
    if not workers.enabled(settings, name.value):
        print(f"worker {name.value}: disabled ({kind.flag} or a component that it needs is off)")
        return
    if action is not WorkerAction.run:
        switch = PauseSwitch(settings, name.value)
        switch.pause() if action is WorkerAction.pause else switch.resume()
        print(f"worker {name.value}: {'paused' if action is WorkerAction.pause else 'resumed'}")
        return
    configure_logging(settings)
    log = structlog.get_logger("workbench.worker")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("worker starts", worker=name.value, kafka=settings.kafka.bootstrap_servers)
    workers.run(name.value, settings, stop=stop)
    log.info("worker ends", worker=name.value)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(worker)
