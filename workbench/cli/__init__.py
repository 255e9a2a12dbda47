"""The command line: one module per verb, found by its ``register(app)``.

A verb's module imports only what its help needs; servers, drivers and frames are imported inside
the command, so that ``workbench --help`` answers at once.
"""

import importlib
import os
import pkgutil
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from workbench.errors import WorkbenchError

app = typer.Typer(
    name="workbench",
    help="Analytics workbench for the BigData side of LLM platforms.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something fails.")] = False,
    home: Annotated[
        Path | None, typer.Option("--home", help="Folder for servers, data and keys (also WORKBENCH_HOME).")
    ] = None,
) -> None:
    """Options that every command takes."""
    if debug:
        os.environ["WORKBENCH_DEBUG"] = "true"
    if home is not None:
        os.environ["WORKBENCH_HOME"] = str(home.absolute())


class _WithoutPandas(MetaPathFinder):
    """Answers that pandas is not installed.

    A package of the local servers brings it along, and drivers import it where they find it: one to two seconds
    of every start and 40 MB of every worker, for frames that no command uses.
    """

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not used by commands", name="pandas")


def _register_verbs(target: typer.Typer) -> None:
    found = (module for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    for module in sorted(found, key=lambda one: one.name):
        register: Any = getattr(importlib.import_module(f"{__name__}.{module.name}"), "register", None)
        if register is not None:
            register(target)


def main() -> None:
    """Run one command; a known error becomes one line and its exit code."""
    sys.meta_path.insert(0, _WithoutPandas())
    _register_verbs(app)
    try:
        app()
    except WorkbenchError as error:
        if os.environ.get("WORKBENCH_DEBUG") == "true":
            raise
        print(f"workbench: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
