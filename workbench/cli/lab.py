"""``workbench lab``: JupyterLab on the notebooks."""

from typing import Annotated

import typer


def lab(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; the next free one is taken.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = False,
) -> None:
    """Open JupyterLab on the notebooks: on loopback, behind a token, without calls to the network.

    Its address with the token is printed. It ends with Ctrl-C. Exit code: JupyterLab's own.
    """
    from workbench.course.lab import become_lab
    from workbench.settings import load_settings

    become_lab(load_settings(), port=port, browser=browser)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(lab)
