"""``workbench progress``: what of the course is done."""

from typing import Annotated

import typer


def progress(as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a machine.")] = False) -> None:
    """Show every exercise with its state, tries and hints seen.

    Exit code: 0.
    """
    import json

    from rich.console import Console
    from rich.table import Table

    from workbench.course.exercises import load_exercises
    from workbench.course.progress import Done, Progress
    from workbench.settings import load_settings

    done = Progress(load_settings()).all()
    rows = []
    for one in load_exercises():
        state = done.get(one.name, Done())
        said = "passed" if state.passed_at else ("tried" if state.tries else "open")
        told = {"number": one.number, "name": one.name, "title": one.title, "state": said}
        rows.append({**told, "tries": state.tries, "hints": state.hints})
    if as_json:
        print(json.dumps(rows))
        return
    table = Table(title=f"{sum(row['state'] == 'passed' for row in rows)} of {len(rows)} passed")
    for name in rows[0] if rows else ():
        table.add_column(name)
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console().print(table)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(progress)
