"""``workbench close``: complete a conversation, or those that have been idle."""

from typing import Annotated

import typer


def close(
    conversation_id: Annotated[str, typer.Argument(help="Which one; without it, those that have been idle.")] = "",
    idle_s: Annotated[
        float | None, typer.Option(min=0, help="Seconds without a turn; default WORKBENCH_CONVERSATION_IDLE_S.")
    ] = None,
    tenant: Annotated[str, typer.Option(help="Whose conversation; default the settings' tenant.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Emit conversation.completed, once per conversation: for one, or for all that have been idle.

    Closing again changes nothing. A conversation that goes on afterwards stays completed; its turns are stored.
    """
    import json

    from workbench.errors import UsageError
    from workbench.settings import load_settings

    settings = load_settings()
    if not settings.components.infinite_context:
        raise UsageError(
            "infinite_context is switched off (BIGDATA_ENABLE_INFINITE_CONTEXT), so nothing is known to close"
        )
    if conversation_id and idle_s is not None:
        raise UsageError("give a conversation, or --idle-s, not both")
    from workbench.database.pool import open_pool
    from workbench.pipelines.close_idle import close_all_idle, close_one
    from workbench.pipelines.publish import open_publisher

    with open_pool(settings, size=1) as pool, open_publisher(settings) as publisher:
        if conversation_id:
            done = close_one(pool, publisher, tenant_id=tenant or settings.api.tenant, conversation_id=conversation_id)
            found = {"conversation_id": conversation_id, "event_id": done.event_id, "closed": done.added}
            said = f"{conversation_id}: {'completed' if done.added else 'was completed already'} ({done.event_id[:16]})"
        else:
            idle = settings.context.idle_s if idle_s is None else idle_s
            closed = close_all_idle(pool, publisher, idle_s=idle)
            found = {"idle_s": idle, "conversations": closed.idle, "completed": closed.added}
            said = f"{closed.idle} conversations idle for {idle:g} s, {closed.added} completed now"
        publisher.flush(5.0)  # with Kafka gone it stays in the outbox
    print(json.dumps(found) if as_json else said)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(close)
