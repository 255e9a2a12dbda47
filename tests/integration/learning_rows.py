"""Conversations of the planted corpora as events, stored by the context sink without Kafka."""

from collections.abc import Sequence
from datetime import datetime

from workbench.database.pool import open_pool
from workbench.events.codec import decode_payload, make_event
from workbench.events.completion import completion_id
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import ConversationCompleted, Message
from workbench.events.topics import CONVERSATIONS
from workbench.learning.turns import SaidConversation
from workbench.pipelines.context_ingest import context_sink
from workbench.pipelines.learn import Learned, open_learner
from workbench.pipelines.learning_ingest import learning_sink
from workbench.pipelines.publish import Publisher
from workbench.settings import Settings
from workbench.stream.sink import Batch, Delivery, TopicPartition

ANYWHERE = TopicPartition(CONVERSATIONS, 0)


def messages(said: SaidConversation, *, tenant_id: str = "default") -> list[Event]:
    """One event per turn."""
    return [
        make_event(
            "message.added",
            Message(role=one.role, text=one.text, provider=one.provider, source="test"),
            event_id=event_id_of("learning", f"{tenant_id}/{said.conversation_id}/{one.message_id}".encode()),
            occurred_at=one.occurred_at,
            conversation_id=said.conversation_id,
            session_id=said.session_id,
            user_id=said.user_id,
            tenant_id=tenant_id,
        )
        for one in said.turns
    ]


def completed(said: SaidConversation, *, tenant_id: str = "default", at: datetime | None = None) -> Event:
    """The completion of a conversation."""
    return make_event(
        "conversation.completed",
        ConversationCompleted(reason="closed", message_count=len(said.turns)),
        event_id=completion_id(tenant_id, said.conversation_id),
        occurred_at=at or said.turns[-1].occurred_at,
        conversation_id=said.conversation_id,
        session_id=said.session_id,
        user_id=said.user_id,
        tenant_id=tenant_id,
    )


def deliveries(events: Sequence[Event]) -> list[Delivery]:
    """Without a place in Kafka."""
    return [Delivery(one, decode_payload(one), ANYWHERE, number, b"") for number, one in enumerate(events)]


def store(settings: Settings, events: Sequence[Event]) -> None:
    """Into the context store."""
    sink = context_sink(settings)
    try:
        sink.write(Batch(deliveries(events)))
    finally:
        sink.close()


def tell(settings: Settings, events: Sequence[Event]) -> None:
    """To the learner's tables."""
    sink = learning_sink(settings)
    try:
        sink.write(Batch(deliveries(events)))
    finally:
        sink.close()


def learn(settings: Settings, publisher: Publisher, *, grown: bool = True) -> Learned:
    """One pass of a learner of its own."""
    with open_pool(settings, size=1) as pool:
        return open_learner(settings, publisher, pool).learn(grown=grown)
