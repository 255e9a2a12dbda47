"""``workbench report``: run one notebook and write its report."""

from pathlib import Path
from typing import Annotated

import typer


def report(
    name: Annotated[
        str, typer.Argument(help="The notebook: its name, number or topic, e.g. 06_analytics, 6, analytics.")
    ],
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="A parameter; repeat for more.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The HTML file; default build/reports/NAME.html.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what came out as JSON.")] = False,
) -> None:
    """Run one notebook and write an HTML file that stands alone: no network, no other file.

    Exit codes: 0 its claims hold; 2 an unknown notebook or parameter; 8 it failed.
    """
    import json

    from rich import print as show
    from rich.markup import escape

    from workbench.course.parameters import assignments
    from workbench.course.runner import run_one
    from workbench.errors import CheckFailedError
    from workbench.settings import load_settings

    done = run_one(load_settings(), name, parameters=assignments(parameter or []), out=out)
    if as_json:
        record = {"name": done.name, "ok": done.ok, "report": str(done.report), "claims": list(done.claims)}
        record |= {"wall_s": done.wall_s, "cells_s": done.cells_s, "error": done.failure.line if done.failure else None}
        print(json.dumps(record))
    else:
        for text in done.claims:
            show(f"[green]holds[/green]  {escape(text)}")
        print(f"{done.report}  ({done.wall_s:.1f} s)")
    if done.failure is not None:
        raise CheckFailedError(f"{done.name} failed: {done.failure.line}")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(report)
