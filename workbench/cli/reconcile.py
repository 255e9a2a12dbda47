"""``workbench reconcile``: every event accounted for, per hop and type."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from workbench.pipelines.reconcile import Reconciliation


def reconcile(as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Count distinct events per hop and type; exit 7 when one is lost, naming the hop and up to 20 ids."""
    import json

    from rich import print as show

    from workbench.pipelines.reconcile import reconcile as account
    from workbench.settings import load_settings

    found = account(load_settings())
    if as_json:
        print(json.dumps({"ok": found.ok, "settled": found.settled, "accounts": found.rows()}, indent=2))
    else:
        show(reconciliation_table(found))
    found.require_ok()


def reconciliation_table(found: "Reconciliation") -> "Table":
    """A reconciliation as a table for the terminal."""
    from rich.table import Table

    table = Table(title="produced = stored + pending + dead + removed", title_justify="left")
    for name in ("hop", "event type"):
        table.add_column(name)
    for name in ("produced", "stored", "pending", "dead", "removed", "lost"):
        table.add_column(name, justify="right")
    table.add_column("")
    for account in found.accounts:
        verdict = account.error or ("ok" if account.settled else "on its way" if account.ok else "NOT RECONCILED")
        counts = (account.produced, account.stored, account.pending, account.dead, account.removed, account.lost)
        table.add_row(account.hop, account.event_type, *(f"{count:,}" for count in counts), verdict)
    for hop in found.disabled:
        table.add_row(hop, "", *[""] * 6, "disabled")
    return table


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(reconcile)
