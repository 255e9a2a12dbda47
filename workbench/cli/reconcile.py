"""``workbench reconcile``: every event accounted for, per hop and type."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workbench.pipelines.reconcile import Reconciliation

TABLE_COLUMNS = 110
"""Characters a line where nobody says how wide it is: a log, a pipe."""


def reconcile(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Count distinct events per hop and type; exit 7 when one is lost, naming the hop and up to 20 ids."""
    import json

    from workbench.pipelines.reconcile import reconcile as account
    from workbench.settings import load_settings

    found = account(load_settings())
    if as_json:
        accounts = [
            row | {"lost_ids": account.lost_ids, "surplus_ids": account.surplus_ids}
            for row, account in zip(found.rows(), found.accounts, strict=True)
        ]
        print(json.dumps({"ok": found.ok, "settled": found.settled, "accounts": accounts}, indent=2))
    else:
        show_reconciliation(found)
    found.require_ok()


def show_reconciliation(found: "Reconciliation") -> None:
    """Print a reconciliation as a table; columns that are 0 throughout are left out."""
    from rich.console import Console
    from rich.table import Table

    counted = ("produced", "stored", "pending", "dead", "removed", "lost", "surplus")
    shown = [name for name in counted if name in counted[:2] or any(getattr(one, name) for one in found.accounts)]
    table = Table(title="produced = stored + pending + dead + removed", title_justify="left")
    for name in ("hop", "event type"):
        table.add_column(name, no_wrap=True)
    for name in shown:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict")
    for account in found.accounts:
        verdict = (
            "NOT ASKED"
            if account.error
            else ("ok" if account.settled else "on its way" if account.ok else "NOT RECONCILED")
        )
        counts = [f"{getattr(account, name):,}" for name in shown]
        table.add_row(account.hop, account.event_type, *counts, verdict)
    for hop in found.disabled:
        table.add_row(hop, "", *[""] * len(shown), "disabled")
    console = Console()
    (console if console.is_terminal else Console(width=TABLE_COLUMNS)).print(table)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(reconcile)
