"""``workbench link``: which entities of different sessions are one thing."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from workbench.pipelines.link import LinkRun

SHOWN = 20
"""Changes in the table; ``--json`` has all."""


def link(
    tenant: Annotated[str, typer.Option(help="Whose entities; default the settings' tenant.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Find links and tell nobody.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Compare the entities of all sessions and tell which are one thing, as SAME_AS links with score and reasons.

    A second run over the same graph tells nothing new. Links that no longer hold are taken back.
    """
    import json

    from workbench.errors import UsageError
    from workbench.pipelines.reconcile import enabled_hops
    from workbench.settings import load_settings

    settings = load_settings()
    if "graph" not in enabled_hops(settings):
        raise UsageError("the knowledge graph is switched off, so there is nothing to link; see: workbench config show")
    from workbench.pipelines.link import find_links
    from workbench.pipelines.publish import open_publisher

    found = find_links(settings, tenant_id=tenant or settings.api.tenant)
    if found.events and not dry_run:
        with open_publisher(settings) as publisher:
            publisher.publish(found.events)
            publisher.flush()
    if as_json:
        print(json.dumps(_summary(found, dry_run=dry_run), ensure_ascii=False, indent=2))
    else:
        _show(found, dry_run=dry_run)


def _summary(found: "LinkRun", *, dry_run: bool) -> dict[str, object]:
    return {
        "tenant_id": found.tenant_id,
        "dry_run": dry_run,
        "entities": found.entities,
        "compared": found.compared,
        "links": found.links,
        "created": found.count("created"),
        "updated": found.count("updated"),
        "deleted": found.count("deleted"),
        "seconds": round(found.seconds, 3),
        "changes": [
            {
                "verb": one.verb,
                "left": one.left,
                "left_name": found.names[one.left],
                "right": one.right,
                "right_name": found.names[one.right],
                "score": None if one.link is None else one.link.score,
                "evidence": []
                if one.link is None
                else [{"signal": why.name, "value": why.value, "bits": why.bits} for why in one.link.evidence],
            }
            for one in found.changes
        ],
    }


def _show(found: "LinkRun", *, dry_run: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    print(
        f"{found.entities:,} entities, {found.compared:,} pairs compared, {found.links:,} links hold"
        f" ({found.seconds:.1f} s)"
    )
    counts = ", ".join(f"{found.count(verb)} {word}" for verb, word in _WORDS.items())
    print(f"{'would tell' if dry_run else 'told'}: {counts}")
    if not found.changes:
        return
    table = Table(show_lines=False)
    for name in ("", "entity", "entity ", "score", "because"):
        table.add_column(name, overflow="fold", ratio=4 if name == "because" else None)
    for one in found.changes[:SHOWN]:
        table.add_row(
            _WORDS[one.verb],
            found.names[one.left],
            found.names[one.right],
            "" if one.link is None else f"{one.link.score:.3f}",
            "" if one.link is None else one.link.explained(),
        )
    console = Console()
    (console if console.is_terminal else Console(width=140)).print(table)
    if len(found.changes) > SHOWN:
        print(f"… and {len(found.changes) - SHOWN:,} more; see them all: workbench link --dry-run --json")


_WORDS = {"created": "new", "updated": "changed", "deleted": "gone"}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(link)
