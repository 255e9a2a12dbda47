"""Edit or delete a message: an event like any other, so the log keeps both what was said and what became of it."""

from datetime import datetime

from workbench.clock import Clock, utc_now
from workbench.database.connection import BoundedConnection
from workbench.database.statements import statement
from workbench.errors import NotFoundError
from workbench.events.codec import make_event
from workbench.events.envelope import Event, derived_event_id
from workbench.events.payloads import MessageDeleted, MessageEdited


def revision_event(
    tenant_id: str,
    *,
    conversation_id: str,
    session_id: str,
    user_id: str,
    message_id: str,
    text: str | None,
    occurred_at: datetime,
    source: str = "api",
) -> Event:
    """The event that a message reads otherwise now, or is deleted.

    Its id follows from the message, the time and the text, so the same request sent twice is one event.

    Parameters
    ----------
    tenant_id, conversation_id, session_id, user_id : str
        Of the message; a revision in another conversation or of another tenant changes nothing.
    message_id : str
        Id of the message's event.
    text : str or None
        None to delete the message.
    occurred_at : datetime
        Of several revisions the newest counts.
    source : str
    """
    name = "message.deleted" if text is None else "message.edited"
    payload = (
        MessageDeleted(message_id=message_id, source=source)
        if text is None
        else MessageEdited(message_id=message_id, text=text, source=source)
    )
    return make_event(
        name,
        payload,
        event_id=derived_event_id(message_id, name, occurred_at.isoformat(), text or ""),
        occurred_at=occurred_at,
        conversation_id=conversation_id,
        session_id=session_id,
        user_id=user_id,
        tenant_id=tenant_id,
    )


def revise_message(
    connection: BoundedConnection,
    tenant_id: str,
    *,
    conversation_id: str,
    message_id: str,
    text: str | None,
    source: str = "api",
    clock: Clock = utc_now,
) -> Event:
    """The event that edits or deletes a stored message; publish it to make it known.

    Redaction is the publisher's or caller's matter, as for a message (`workbench.pipelines.redact.redacted`).

    Raises
    ------
    NotFoundError
        When the tenant has no such message in that conversation.
    """
    which = {"tenant_id": tenant_id, "conversation_id": conversation_id, "message_id": message_id}
    found = connection.execute(statement("revisions/message"), which).fetchone()
    if found is None:
        raise NotFoundError(f"conversation {conversation_id} has no message {message_id}")
    session_id, user_id = found
    return revision_event(
        tenant_id,
        conversation_id=conversation_id,
        session_id=session_id,
        user_id=user_id,
        message_id=message_id,
        text=text,
        occurred_at=clock(),
        source=source,
    )
