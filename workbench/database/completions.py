"""Conversations that are to be closed: one by name, or those that have been idle."""

from dataclasses import dataclass
from datetime import datetime

from workbench.database.connection import BoundedConnection
from workbench.database.statements import statement


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """A stored conversation.

    Parameters
    ----------
    tenant_id, conversation_id : str
    message_count : int
        Messages stored so far.
    user_id, session_id : str or None
        Of its last event.
    closed_event_id : str or None
        The completion that is stored; None while it is open.
    """

    tenant_id: str
    conversation_id: str
    message_count: int
    user_id: str | None
    session_id: str | None
    closed_event_id: str | None


def stored_conversation(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str
) -> OpenConversation | None:
    """One conversation of a tenant; None when nothing of it is stored."""
    row = connection.execute(
        statement("learning/open_conversation"), {"tenant_id": tenant_id, "conversation_id": conversation_id}
    ).fetchone()
    return None if row is None else OpenConversation(*row)


def idle_conversations(connection: BoundedConnection, idle_since: datetime, *, limit: int) -> list[OpenConversation]:
    """Open conversations of all tenants without a turn, and without an arrival, since a time."""
    rows = connection.execute(
        statement("learning/idle_conversations"), {"idle_since": idle_since, "row_limit": limit}
    ).fetchall()
    return [OpenConversation(*row) for row in rows]
