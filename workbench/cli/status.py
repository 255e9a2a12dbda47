"""``workbench status``: what runs."""

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command()
    def status(
        as_json: Annotated[bool, typer.Option("--json", help="For machines: a list of objects.")] = False,
    ) -> None:
        """Show each server's state, pid, port, memory, version and uptime.

        Exit code 0 whatever the servers do; the state is in the output.
        """
        from workbench.cli.stack_display import status_table
        from workbench.settings import load_settings
        from workbench.stack.status import stack_status

        servers = stack_status(load_settings())
        if as_json:
            print(json.dumps([server.record() for server in servers], indent=2))
        else:
            status_table(servers)
