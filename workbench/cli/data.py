"""``workbench data list | fetch NAME``: public data sets to import."""

from pathlib import Path
from typing import Annotated

import typer

data = typer.Typer(help="Public data sets: by address with a checksum, or from a mirror folder.", no_args_is_help=True)


@data.command("list")
def list_sets(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Show the data sets that can be fetched."""
    import dataclasses
    import json

    from rich import print as show
    from rich.table import Table

    from workbench.sources.datasets import datasets

    if as_json:
        print(json.dumps({name: dataclasses.asdict(one) for name, one in datasets().items()}, indent=2))
        return
    table = Table("name", "what", "format", "licence", "from")
    for one in datasets().values():
        origin = "installed package" if one.package else "address" if one.address else "mirror only"
        table.add_row(one.name, one.title, one.format, one.licence, origin)
    show(table)


@data.command()
def fetch(
    name: Annotated[str, typer.Argument(help="One of: workbench data list.")],
    mirror: Annotated[Path | None, typer.Option(help="A folder that has <name>/<file>, used instead.")] = None,
) -> None:
    """Bring a data set here, checked, and print its path."""
    from workbench.settings import load_settings
    from workbench.sources.datasets import dataset_named, fetch

    print(fetch(dataset_named(name), load_settings().home / "data", mirror=mirror))


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.add_typer(data, name="data")
