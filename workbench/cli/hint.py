"""``workbench hint``: the next hint for an exercise."""

from typing import Annotated

import typer


def hint(
    exercise: Annotated[str, typer.Argument(help="Name, number (3.1) or topic.")],
    again: Annotated[bool, typer.Option("--all", help="Show those that you have seen, and no new one.")] = False,
) -> None:
    """Show the next hint, from a nudge to nearly there; which ones you have seen is remembered.

    Exit codes: 0; 2 no such exercise.
    """
    from workbench.course.exercises import find_exercise
    from workbench.course.progress import Progress
    from workbench.settings import load_settings

    found, progress = find_exercise(exercise), Progress(load_settings())
    if again:
        for number, text in enumerate(found.hints[: progress.of(found.name).hints], start=1):
            print(f"{number} of {len(found.hints)}  {text}")
        return
    number = progress.next_hint(found.name, len(found.hints))
    print(f"{number} of {len(found.hints)}  {found.hints[number - 1]}")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(hint)
