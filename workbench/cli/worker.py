"""``workbench worker NAME [pause|resume|status]``: one of the processes between Kafka and a store."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workbench.settings import Settings


class WorkerName(StrEnum):
    """The workers of this version."""

    graph = "graph"
    context = "context"
    memory = "memory"
    learning = "learning"
    lake = "lake"
    warehouse = "warehouse"


class WorkerAction(StrEnum):
    """What to do with a worker."""

    run = "run"
    pause = "pause"
    resume = "resume"
    status = "status"


def worker(
    name: Annotated[WorkerName, typer.Argument(help="Which one.")],
    action: Annotated[
        WorkerAction,
        typer.Argument(
            help="run until SIGTERM; pause or resume those that run (they keep their group membership); status: what"
            " those that run do: events/s, lag, batch size, why they hold."
        ),
    ] = WorkerAction.run,
    as_json: Annotated[bool, typer.Option("--json", help="With status: JSON, a list of objects.")] = False,
) -> None:
    """Run a worker until SIGTERM, pause and resume it, or show what the running ones do."""
    import signal
    import threading

    import structlog

    from workbench.pipelines import workers
    from workbench.settings import load_settings
    from workbench.stream.control import PauseSwitch
    from workbench.telemetry.logs import configure_logging

    settings = load_settings()
    kind = workers.WORKERS[name.value]
    if action is WorkerAction.status:
        _show(settings, kind.hops, name.value, as_json=as_json)
        return
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


def _show(settings: "Settings", hops: tuple[str, ...], name: str, *, as_json: bool) -> None:
    import json

    from workbench.cli.worker_display import progress_table
    from workbench.stream.progress import read_progress

    found = [one for one in read_progress(settings) if one.hop in hops]
    if as_json:
        print(json.dumps([one.record() for one in found], indent=2))
    elif found:
        progress_table(found)
    else:
        print(f"worker {name}: none runs here that reports" if hops else f"worker {name}: reads no topic, so no report")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(worker)
