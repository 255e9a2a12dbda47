"""``workbench memory add|list|show|change|forget|sync``: what is remembered of a user, at this node and at others."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from workbench.pipelines.memory_store import MemoryStore, MemoryView
    from workbench.pipelines.publish import Publisher
    from workbench.settings import Settings

app = typer.Typer(help="Memories: what is remembered of a user, at this node and at others.", no_args_is_help=True)

_Id = Annotated[str, typer.Argument(help="The memory's id.")]
_User = Annotated[str, typer.Option(help="Whose memory, as in the API's field user.")]
_AsJson = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]
_Tags = Annotated[list[str] | None, typer.Option("--tag", help="A tag to add; several times for several.")]
_Importance = Annotated[float | None, typer.Option(min=0, max=1, help="0 to 1.")]


@contextmanager
def _node(*, publishing: bool = True) -> Iterator[tuple["Settings", "MemoryStore", "Publisher | None"]]:
    """This node's memories; what is written goes out before the command ends, when Kafka is there."""
    from workbench.api.access import redactor_of
    from workbench.database.pool import open_pool
    from workbench.errors import UsageError
    from workbench.pipelines.memory_store import MemoryStore
    from workbench.pipelines.publish import open_publisher
    from workbench.resilience.outbox import Outbox
    from workbench.settings import load_settings

    settings = load_settings()
    if not settings.components.distributed_memory:
        raise UsageError("distributed_memory is switched off: BIGDATA_ENABLE_DISTRIBUTED_MEMORY is false")
    redact = redactor_of(settings).text
    with open_pool(settings, size=1) as pool:
        if publishing:
            with open_publisher(settings) as publisher:
                yield settings, MemoryStore(settings, pool, publisher.outbox, redact=redact), publisher
                publisher.flush(FLUSH_S)
            return
        outbox = Outbox(settings.outbox_path)
        try:
            yield settings, MemoryStore(settings, pool, outbox, redact=redact), None
        finally:
            outbox.close()


FLUSH_S = 2.0
"""Seconds that a command waits for Kafka; without Kafka the event waits in the outbox for whoever relays next."""


def _whose(settings: "Settings", user: str) -> tuple[str, str]:
    """Tenant and user as events have them."""
    from workbench.api.access import Principal
    from workbench.errors import UsageError

    if not user.isprintable() or len(user) > 256:
        raise UsageError(f"a user's id has at most 256 printable characters, not {user[:40]!r}")
    return settings.api.tenant, Principal(settings.api.tenant).user_id(user or None)


def _show(found: "list[MemoryView]", *, as_json: bool) -> None:
    import json

    from rich.console import Console
    from rich.table import Table

    from workbench.api.memory_routes import memory_body

    if as_json:
        for one in found:
            print(json.dumps(memory_body(one), ensure_ascii=False, default=list))
        return
    table = Table("memory", "content", "tags", "importance", "changed", "at node")
    for one in found:
        changed = "" if one.updated_at is None else f"{one.updated_at:%Y-%m-%d %H:%M}"
        importance = "" if one.importance is None else f"{one.importance:.2f}"
        content = "" if one.content is None else str(one.content)[:200]
        table.add_row(one.memory_id, content, " ".join(one.tags), importance, changed, one.node_id)
    console = Console()
    (console if console.is_terminal else Console(width=160)).print(table)


@app.command("add")
def add(
    content: Annotated[str, typer.Argument(help="What to remember.")],
    user: _User = "",
    tag: _Tags = None,
    importance: _Importance = None,
    as_json: _AsJson = False,
) -> None:
    """Remember something for a user."""
    from workbench.memory.writing import Wish

    with _node() as (settings, store, _):
        tenant, user_id = _whose(settings, user)
        made = store.add(tenant, user_id, wish=Wish(content, importance, add_tags=tuple(tag or ())))
    _show([made], as_json=as_json)


@app.command("list")
def list_memories(
    user: _User = "",
    tag: Annotated[str, typer.Option(help="Only memories with this tag.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Most memories.")] = 100,
    as_json: _AsJson = False,
) -> None:
    """List a user's memories, the latest change first."""
    with _node(publishing=False) as (settings, store, _):
        found, total = store.list(*_whose(settings, user), tag=tag or None, limit=limit)
    _show(found, as_json=as_json)
    if not as_json and total > len(found):
        print(f"… and {total - len(found):,} more; see them with --limit")


@app.command("show")
def show(memory_id: _Id, user: _User = "", as_json: _AsJson = False) -> None:
    """Show one memory."""
    with _node(publishing=False) as (settings, store, _):
        found = store.get(*_whose(settings, user), memory_id=memory_id)
    _show([found], as_json=as_json)


@app.command("change")
def change(
    memory_id: _Id,
    content: Annotated[str, typer.Option(help="The new content.")] = "",
    user: _User = "",
    tag: _Tags = None,
    untag: Annotated[list[str] | None, typer.Option(help="A tag to remove; several times for several.")] = None,
    importance: _Importance = None,
    as_json: _AsJson = False,
) -> None:
    """Change a memory; what is left out stays."""
    from workbench.memory.writing import Wish

    wish = Wish(content or None, importance, add_tags=tuple(tag or ()), remove_tags=tuple(untag or ()))
    with _node() as (settings, store, _):
        made = store.change(*_whose(settings, user), memory_id=memory_id, wish=wish)
    _show([made], as_json=as_json)


@app.command("forget")
def forget(memory_id: _Id, user: _User = "") -> None:
    """Forget a memory, on all nodes, for ever."""
    with _node() as (settings, store, _):
        store.forget(*_whose(settings, user), memory_id=memory_id)
    print(f"forgotten: {memory_id}")


@app.command("sync")
def sync() -> None:
    """Synchronise this node with the others now, and say how it stands."""
    import json

    from workbench.database.pool import open_pool
    from workbench.pipelines.memory_sync import replica_status, synchronise

    with _node() as (settings, store, publisher), open_pool(settings, size=1) as pool:
        where: dict[str, Any] = {"node_id": store.node_id, "tenant_id": settings.api.tenant}
        assert publisher is not None  # noqa: S101 - a publishing node has one
        done = synchronise(settings, pool, publisher, **where)
        found = replica_status(pool, store.node_id, tenant_id=settings.api.tenant)
    print(
        json.dumps(
            {
                "node_id": found.node_id,
                "vector_clock": dict(found.vector_clock),
                "new_events": done.added,
                "sent_again_events": done.sent_again,
                "missing_events": found.missing_events,
                "nodes": {node.node_id: dict(node.vector_clock) for node in found.nodes},
            },
            indent=2,
        )
    )


def register(target: typer.Typer) -> None:
    """Add the verbs."""
    target.add_typer(app, name="memory")
