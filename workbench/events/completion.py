"""The one completion of a conversation: its id follows from tenant and conversation alone."""

from datetime import datetime
from typing import Literal

from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import ConversationCompleted

SOURCE = "conversation.completed"


def completion_id(tenant_id: str, conversation_id: str) -> str:
    """Id of the one completion of a conversation.

    Examples
    --------
    >>> completion_id("a", "c") == completion_id("a", "c") != completion_id("b", "c")
    True
    """
    return event_id_of(SOURCE, f"{tenant_id}\x1f{conversation_id}".encode(errors="surrogatepass"))


def completion_event(
    tenant_id: str,
    conversation_id: str,
    *,
    reason: Literal["closed", "idle"],
    message_count: int,
    at: datetime,
    user_id: str | None,
    session_id: str | None,
) -> Event:
    """The event that completes a conversation.

    Parameters
    ----------
    tenant_id, conversation_id : str
    reason : {"closed", "idle"}
    message_count : int
        Messages known so far; whoever reads the conversation waits a while for so many.
    at : datetime
        Aware, UTC.
    user_id, session_id : str or None
        Of whoever spoke last; the conversation's own id stands for one that is not known.
    """
    return make_event(
        "conversation.completed",
        ConversationCompleted(reason=reason, message_count=message_count),
        event_id=completion_id(tenant_id, conversation_id),
        occurred_at=at,
        conversation_id=conversation_id,
        session_id=session_id or conversation_id,
        user_id=user_id or conversation_id,
        tenant_id=tenant_id,
    )
