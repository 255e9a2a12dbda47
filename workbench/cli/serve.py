"""``workbench serve``: the HTTP service."""

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; by default the setting, which is loopback.")] = "",
    port: Annotated[
        int, typer.Option(min=-1, max=65535, help="Port to listen on; 0 for a free one, by default the setting.")
    ] = -1,
) -> None:
    """Answer chat completions and record them, until SIGTERM or Ctrl-C."""
    from workbench.api.server import serve as run_server
    from workbench.settings import load_settings
    from workbench.telemetry.logs import configure_logging

    settings = load_settings()
    configure_logging(settings)
    run_server(
        settings,
        host=host or settings.api.host,
        port=settings.api.port if port < 0 else port,
        ready=lambda address: print(f"listening on {address}  (docs: {address}/docs)", flush=True),
    )


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(serve)
