"""``workbench config show | check``: every setting, its value and where it came from."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

config_app = typer.Typer(help="Show every setting and where its value came from.", no_args_is_help=True)


@config_app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a machine.")] = False,
    section: Annotated[str | None, typer.Option("--section", help="Only one section, e.g. kafka or general.")] = None,
    changed: Annotated[bool, typer.Option("--changed", help="Only what is not a default.")] = False,
) -> None:
    """Show name, value (secrets masked) and source of every setting."""
    from workbench.errors import UsageError
    from workbench.settings import explain, load_settings

    settings = load_settings()
    rows = explain(settings)
    sections = list(dict.fromkeys(row.section for row in rows))
    if section is not None and section not in sections:
        raise UsageError(f"no section {section!r}; sections: {', '.join(sections)}")
    rows = [row for row in rows if section in (None, row.section) and not (changed and row.source == "default")]
    if as_json:
        found = {"settings": [asdict(row) for row in rows], "notes": list(settings.provenance.notes)}
        print(json.dumps(found, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("setting", "value", "from", box=None, pad_edge=False, header_style="bold")
    for row in rows:
        by = f" by {row.given_by}" if row.given_by not in ("", row.env) else ""
        table.add_row(row.env, row.value, f"{row.source}{by}")
    # Without a terminal the table keeps its full width, so that a pipe sees whole values.
    console = Console(soft_wrap=True) if Console().is_terminal else Console(width=200)
    console.print(table, markup=False) if rows else console.print("nothing but defaults")
    for note in settings.provenance.notes:
        console.print(f"note: {note}", markup=False)


@config_app.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for a machine.")] = False,
) -> None:
    """Load every setting; exit code 2 and one line when something is wrong."""
    from workbench.settings import explain, load_settings

    settings = load_settings()
    changed = [row for row in explain(settings) if row.source != "default"]
    if as_json:
        found = {
            "ok": True,
            "profile": settings.profile,
            "changed": len(changed),
            "external": sorted(settings.provenance.external),
            "notes": list(settings.provenance.notes),
        }
        print(json.dumps(found, indent=2))
        return
    sources = ", ".join(dict.fromkeys(row.source for row in changed)) or "defaults alone"
    print(f"settings are fine: profile {settings.profile}, {len(changed)} values from {sources}")
    if settings.provenance.external:
        print(f"servers of your own: {', '.join(sorted(settings.provenance.external))}")
    for note in settings.provenance.notes:
        print(f"note: {note}")


def register(app: typer.Typer) -> None:
    """Add ``workbench config``."""
    app.add_typer(config_app, name="config")
