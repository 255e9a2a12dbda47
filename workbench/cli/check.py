"""``workbench check``: check exercises."""

from typing import Annotated

import typer


def check(
    exercise: Annotated[
        str, typer.Argument(help="Name, number (3.1) or topic of one, or of a module (3); all when left out.")
    ] = "",
    reset: Annotated[
        bool, typer.Option("--reset", help="Write the exercise's files anew; yours are kept as NAME.mine.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say what came out as JSON.")] = False,
) -> None:
    """Check your answer to an exercise by what it does, on data of the check's own.

    Exit codes: 0 passed; 2 no such exercise; 4 or 5 a server is missing; 8 not there yet.
    """
    import json

    from rich import print as show
    from rich.markup import escape

    from workbench.course.checks.verdict import run_check
    from workbench.course.exercises import find_exercise, find_exercises, load_exercises
    from workbench.course.progress import Progress
    from workbench.course.stubs import write_stubs
    from workbench.errors import UsageError
    from workbench.settings import load_settings

    if reset:
        if not exercise:
            raise UsageError("--reset takes one exercise; name it")
        for path in write_stubs(found := find_exercise(exercise), found.folder):
            print(path)
        return
    settings = load_settings()
    progress = Progress(settings)
    records = []
    for one in find_exercises(exercise) if exercise else load_exercises():
        verdict = run_check(one, settings)
        progress.tried(one.name, passed=verdict.passed)
        records.append({"name": one.name, "passed": verdict.passed, "says": verdict.says, "details": verdict.details})
        if not as_json:
            word = "[green]passed[/]" if verdict.passed else "[red]not yet[/]"
            show(f"{word}  {one.name}: {escape(verdict.says)}")
            for line in verdict.details:
                print(f"    {line}")
            if not verdict.passed:
                print(f"    a hint: workbench hint {one.name}")
    if as_json:
        print(json.dumps(records))
    if not all(record["passed"] for record in records):
        raise typer.Exit(8)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(check)
