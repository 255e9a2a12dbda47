"""Events, batches and plain reads for the tests of the context store."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.database.connection import connect
from workbench.events.codec import decode_payload, make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import ConversationCompleted, Message
from workbench.events.topics import CONVERSATIONS, CONVERSATIONS_COMPLETED
from workbench.pipelines.context_ingest import ContextSink
from workbench.settings import Settings
from workbench.stream.sink import Batch, Claim, Delivery, Positions, TopicPartition

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
TALK = TopicPartition(CONVERSATIONS, 0)
DONE = TopicPartition(CONVERSATIONS_COMPLETED, 0)


def message(
    number: int,
    *,
    text: str | None = None,
    role: str = "user",
    conversation_id: str = "c",
    tenant_id: str = "default",
    session_id: str = "s",
    at_s: float | None = None,
    source_sequence: int | None = None,
) -> Event:
    """A message; its id follows from number, conversation and tenant."""
    return make_event(
        "message.added",
        Message(role=role, text=f"message {number}" if text is None else text, model="gpt-4o"),  # type: ignore[arg-type]
        event_id=event_id_of("test", f"{tenant_id}/{conversation_id}/{number}".encode()),
        occurred_at=NOON + timedelta(seconds=number if at_s is None else at_s),
        conversation_id=conversation_id,
        session_id=session_id,
        user_id="u",
        tenant_id=tenant_id,
        source_sequence=source_sequence,
    )


def completion(number: int, *, conversation_id: str = "c", at_s: float = 1_000, reason: str = "closed") -> Event:
    """A conversation's completion."""
    return make_event(
        "conversation.completed",
        ConversationCompleted(reason=reason, message_count=number),  # type: ignore[arg-type]
        event_id=event_id_of("done", f"{conversation_id}/{number}".encode()),
        occurred_at=NOON + timedelta(seconds=at_s),
        conversation_id=conversation_id,
        session_id="s",
        user_id="u",
    )


def deliveries(events: Sequence[Event], *, at: TopicPartition = TALK, first: int = 0) -> list[Delivery]:
    """The events as a worker hands them on."""
    return [Delivery(one, decode_payload(one), at, first + n, b"") for n, one in enumerate(events)]


def batch(events: Sequence[Event], claim: Claim, *, at: TopicPartition = TALK, expected: int | None = None) -> Batch:
    """One batch that moves one topic partition by the number of its events."""
    start = claim.next_offset if expected is None else expected
    moved = {at: Positions(start, start + len(events), claim.epoch)}
    return Batch(deliveries(events, at=at, first=start), moved)


def claimed(sink: ContextSink, *, at: TopicPartition = TALK, topic_id: str = "first") -> Claim:
    """The claim of one topic partition."""
    return sink.claim({at: topic_id})[at]


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """What a query of the test itself gives."""
    with connect(settings.postgresql, autocommit=True) as connection:
        return connection.execute(query.encode()).fetchall()
