"""``workbench rebuild graph|context|learning|warehouse``: fill a store anew from the lake."""

from typing import Annotated

import typer


def rebuild(
    store: Annotated[str, typer.Argument(help="graph, context, learning or warehouse.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Empty a store, replay the lake into it, and compare content hashes before and after."""
    import dataclasses
    import json

    from workbench.errors import ReconciliationError
    from workbench.pipelines.rebuild import rebuild as fill
    from workbench.settings import load_settings

    done = fill(load_settings(), store)  # type: ignore[arg-type]
    if as_json:
        print(json.dumps({**dataclasses.asdict(done), "same": done.same}))
    else:
        print(f"{done.store}: {done.events} events replayed, {done.refused} refused as before")
        print(f"  before {done.before}\n  after  {done.after}")
    if not done.same:
        raise ReconciliationError(
            f"{store} holds other facts than before; if workers ran meanwhile, pause them and rebuild again"
        )


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(rebuild)
