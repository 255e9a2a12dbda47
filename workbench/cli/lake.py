"""``workbench lake``: what the lake holds, and its upkeep."""

import json
from typing import Annotated

import typer

lake = typer.Typer(name="lake", help="The data lake: what it holds, and its upkeep.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")]


def _print(rows: list[dict[str, object]], title: str, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows, default=str))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title)
    for name in rows[0] if rows else ():
        table.add_column(name)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    console = Console()
    console.print(table if rows else f"{title}: nothing")


@lake.command()
def status(as_json: Json = False) -> None:
    """Files, rows and bytes of every partition."""
    from workbench.lake.maintenance import partitions
    from workbench.settings import load_settings

    _print(partitions(load_settings()).to_dicts(), "lake partitions", as_json=as_json)


@lake.command()
def compact(as_json: Json = False) -> None:
    """Rewrite small files as large ones; nothing is lost, workers may run."""
    from workbench.lake.maintenance import compact as compact_tables
    from workbench.settings import load_settings

    done = compact_tables(load_settings())
    rows: list[dict[str, object]] = [
        {"table": one.table, "files_removed": one.files_removed, "files_added": one.files_added} for one in done
    ]
    _print(rows, "compacted", as_json=as_json)


@lake.command()
def vacuum(
    execute: Annotated[bool, typer.Option("--execute", help="Delete; without it the files are only counted.")] = False,
    as_json: Json = False,
) -> None:
    """Delete files that no version of the last seven days needs."""
    from workbench.lake.maintenance import vacuum as vacuum_tables
    from workbench.settings import load_settings

    found = vacuum_tables(load_settings(), dry_run=not execute)
    verb = "deleted" if execute else "would delete"
    _print([{"table": name, verb: len(paths)} for name, paths in found.items()], "vacuum", as_json=as_json)


@lake.command()
def retention(
    keep_days: Annotated[int, typer.Option(min=1, help="Days to keep, counted from ingestion.")] = 365,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the partitions that are older.")] = False,
    as_json: Json = False,
) -> None:
    """Show what is older than a number of days."""
    from workbench.clock import utc_now
    from workbench.errors import UsageError
    from workbench.lake.maintenance import beyond_retention
    from workbench.settings import load_settings

    if not dry_run:
        raise UsageError("retention shows what it would remove; call it with --dry-run")
    found = beyond_retention(load_settings(), keep_days=keep_days, today=utc_now().date())
    _print(found.to_dicts(), f"older than {keep_days} days", as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(lake)
