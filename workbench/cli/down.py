"""``workbench down``: stop the local servers."""

import typer


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command()
    def down() -> None:
        """Stop the local servers, in parallel, and wait until they are gone. Their data stays.

        Exit codes: 0 nothing runs any more, 4 something did not stop.
        """
        from workbench.cli.stack_display import progress
        from workbench.settings import load_settings
        from workbench.stack.control import stop_stack

        with progress() as report:
            stopped = stop_stack(load_settings(), report=report)
        print(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")
