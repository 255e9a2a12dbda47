"""``workbench up``: start the local servers."""

from typing import Annotated

import typer

_NAMES = "kafka, neo4j, clickhouse, postgresql, s3; several by commas."


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command()
    def up(
        only: Annotated[str, typer.Option(help=f"Start these servers alone: {_NAMES}")] = "",
        without: Annotated[str, typer.Option(help=f"Do not start these: {_NAMES}")] = "",
    ) -> None:
        """Start the local servers and wait until they are ready; what runs already is left alone.

        Exit codes: 0 all are ready, 2 an unknown name or setting, 4 a server could not be fetched or started.
        """
        from workbench.cli.stack_display import progress, status_table
        from workbench.settings import load_settings
        from workbench.stack.control import start_stack
        from workbench.stack.status import stack_status

        settings = load_settings()
        with progress() as report:
            start_stack(settings, only=split_names(only), without=split_names(without), report=report)
        status_table(stack_status(load_settings()))


def split_names(text: str) -> list[str]:
    """Names between commas."""
    return [name.strip() for name in text.split(",") if name.strip()]
