"""``workbench doctor``: what keeps the local stack from working."""

import json
from typing import Annotated

import typer

_SIGNS = {"ok": "[green]ok[/]", "note": "[cyan]note[/]", "problem": "[red]problem[/]"}


def register(app: typer.Typer) -> None:
    """Add the verb."""

    @app.command()
    def doctor(
        as_json: Annotated[bool, typer.Option("--json", help="For machines: a list of objects.")] = False,
    ) -> None:
        """Check Python, disk, memory, Java, jars, ports, leftovers and permissions; say what to do.

        Exit codes: 0 no problem was found, 4 there is one.
        """
        from rich.console import Console
        from rich.table import Table

        from workbench.settings import load_settings
        from workbench.stack.doctor import examine

        findings = examine(load_settings())
        if as_json:
            print(json.dumps([finding.record() for finding in findings], indent=2))
        else:
            table = Table.grid(padding=(0, 2))
            for finding in findings:
                remedy = f"\n[bold]→ {finding.remedy}[/]" if finding.remedy else ""
                table.add_row(_SIGNS[finding.verdict], finding.check, f"{finding.text}{remedy}")
            Console().print(table, highlight=False)
        if any(finding.verdict == "problem" for finding in findings):
            raise typer.Exit(4)
