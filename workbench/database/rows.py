"""An event as a row of ``conversation_events``, before its place in the conversation is known. Pure."""

import hashlib
from dataclasses import dataclass

from workbench.catalogue.tokens import count_tokens
from workbench.database.nul import without_nul
from workbench.errors import StoreRefusedError
from workbench.events.envelope import Event
from workbench.events.payloads import ConversationCompleted, Message, MessageDeleted, MessageEdited, Payload

COPY_TYPES = (
    *("text", "text", "int4", "text", "text", "text", "text", "int8", "int8", "timestamptz", "timestamptz", "text"),
    *("text", "text", "int4[]", "int8", "text", "text", "text", "text", "bool", "text", "int8", "text"),
)
"""PostgreSQL's types of the columns that ``write/copy_events`` lists, in its order."""


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it is stored: text without U+0000, tokens counted with the store's tokenizer.

    `role` is None for an edit's text: the edited message keeps its own.
    """

    role: str | None
    text: str
    nul_offsets: list[int] | None
    tokens: int


def stored_message(message: Message | MessageEdited) -> StoredMessage:
    """The stored form of a message or of an edit's text."""
    text, nul_offsets = without_nul(message.text)
    role = message.role if isinstance(message, Message) else None
    return StoredMessage(role, text, nul_offsets, count_tokens(message.text))


def payload_sha256(event: Event) -> str:
    """SHA-256 of the payload's bytes, whether they travel in the envelope or as a blob."""
    if event.payload_ref is not None:
        return event.payload_ref.sha256
    return hashlib.sha256(bytes(event.payload)).hexdigest()


def copy_row(event: Event, payload: Payload, sequence: int, stored: StoredMessage | None) -> tuple[object, ...]:
    """The columns of ``write/copy_events`` in order.

    Raises
    ------
    StoreRefusedError
        When the payload is of a type that this store does not keep.
    """
    head = (
        *(event.event_id, event.event_type, event.schema_version, event.tenant_id, event.conversation_id),
        *(event.session_id, event.user_id, sequence, event.source_sequence, event.occurred_at, event.ingested_at),
        payload_sha256(event),
    )
    if isinstance(payload, Message) and stored is not None:
        body = (stored.role, stored.text, stored.nul_offsets, stored.tokens)
        told = (payload.provider, payload.model, payload.call_id, payload.source, payload.time_assumed)
        return *head, *body, *told, None, None, None
    if isinstance(payload, MessageEdited) and stored is not None:
        body = (None, stored.text, stored.nul_offsets, stored.tokens)
        return *head, *body, None, None, None, payload.source, None, None, None, payload.message_id
    if isinstance(payload, MessageDeleted):
        return *head, *(None,) * 7, payload.source, None, None, None, payload.message_id
    if isinstance(payload, ConversationCompleted):
        return *head, *(None,) * 9, payload.reason, payload.message_count, None
    raise StoreRefusedError(f"the context store does not keep events of type {event.event_type}")
