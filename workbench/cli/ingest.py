"""``workbench ingest [PATH] --format NAME``: import a log."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer


def ingest(
    path: Annotated[Path | None, typer.Argument(help="The file; left out for a set that comes with a package.")] = None,
    format_name: Annotated[str, typer.Option("--format", help="aider, llmperf or chitchat-dataset.")] = "",
    as_of: Annotated[datetime | None, typer.Option(help="Time (UTC) of rows that carry none; they are marked.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Import a log; bad rows are named by line and kept as dead letters, the same log twice changes nothing."""
    import dataclasses
    import json
    from datetime import UTC

    from rich.console import Console
    from rich.progress import Progress

    from workbench.api.access import redactor_of
    from workbench.errors import UsageError
    from workbench.pipelines.ingest import Ingested
    from workbench.pipelines.ingest import ingest as take_in
    from workbench.pipelines.publish import open_publisher
    from workbench.settings import load_settings
    from workbench.sources import chitchat
    from workbench.sources.formats import format_named, open_source

    if not format_name:
        raise UsageError("say which format the file has with --format; formats: aider, llmperf, chitchat-dataset")
    reader = format_named(format_name)
    if path is None and format_name != chitchat.NAME:
        raise UsageError(f"format {format_name} needs a file: workbench ingest PATH --format {format_name}")
    source = path or chitchat.packaged_file()
    settings = load_settings()
    time = None if as_of is None else as_of.replace(tzinfo=as_of.tzinfo or UTC)
    publisher = open_publisher(settings)
    try:
        with (
            open_source(source) as stream,
            Progress(console=Console(stderr=True), transient=True, disable=not Console(stderr=True).is_terminal) as bar,
        ):
            task = bar.add_task(f"importing {source.name}", total=source.stat().st_size)

            def show(so_far: Ingested) -> None:
                bar.update(task, completed=stream.tell())

            found = reader.read(stream, as_of=time, tenant_id=settings.api.tenant)
            done = take_in(
                found,
                publisher,
                publisher.outbox.letters,
                source=source.name,
                redactor=redactor_of(settings),
                progress=show,
            )
        backlog = publisher.flush(timeout_s=60.0)
    finally:
        publisher.close()
    if as_json:
        print(json.dumps({**dataclasses.asdict(done), "named": [[bad.line, bad.reason] for bad in done.named]}))
        return
    print(
        f"{done.rows} rows: {done.added} events added, {done.repeated} known already, {done.skipped} skipped,"
        f" {done.bad} bad" + (" (see: workbench dlq list)" if done.bad else "")
    )
    for bad in done.named:
        print(f"  line {bad.line}: {bad.reason}")
    if not backlog:
        print("  some events wait in the outbox: Kafka is not taking them now; they go as soon as it does")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(ingest)
