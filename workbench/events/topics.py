"""The topics, what travels on them, and which store keeps what: declared here and nowhere else.

Topic names are HelixAgent's (``configs/kafka/topics.json`` and the constants of its packages).
"""

from dataclasses import dataclass, field
from typing import Literal

from workbench.events.payloads import (
    ConversationCompleted,
    DeadLetter,
    DebateCompleted,
    EntityUpdate,
    Insight,
    LlmCall,
    MemorySync,
    MemoryUpdate,
    Message,
    MessageDeleted,
    MessageEdited,
    Payload,
    RelationshipUpdate,
)

Hop = Literal["extraction", "graph", "context", "memory", "learning", "lake", "warehouse"]
"""A place that must account for events. ``warehouse`` is fed by the lake, the others by Kafka."""

HOPS: tuple[Hop, ...] = ("extraction", "graph", "context", "memory", "learning", "lake", "warehouse")

SHARED_PARTITIONS = 6
"""Of the topics that several workers of the graph share: two, three or six of them get equal parts. One number for
all three, so that a key has the same partition number in each and one worker writes what hangs together."""

DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Topic:
    """One Kafka topic.

    Parameters
    ----------
    name : str
    partitions : int
        More than one so that workers can share it; records of one key keep their order.
    retention_ms : int
        Counted by the broker from the record's timestamp, which is the send time.
    max_message_bytes : int
        Above the claim-check limit with room for the envelope.
    """

    name: str
    partitions: int = 3
    retention_ms: int = 7 * DAY_MS
    max_message_bytes: int = 1024 * 1024
    config: dict[str, str] = field(default_factory=dict)


CONVERSATIONS = "helixagent.conversations"
LLM_RESPONSES = "helixagent.events.llm.responses"
ENTITIES = "helixagent.entities.updates"
RELATIONSHIPS = "helixagent.relationships.updates"
DEBATES_COMPLETED = "helixagent.debates.completed"
CONVERSATIONS_COMPLETED = "helixagent.conversations.completed"
MEMORY_EVENTS = "helixagent.memory.events"
INSIGHTS = "helixagent.learning.insights"
DEAD_LETTERS = "helixagent.dlq.events"

TOPICS: tuple[Topic, ...] = (
    Topic(CONVERSATIONS, partitions=SHARED_PARTITIONS),
    Topic(LLM_RESPONSES),
    Topic(ENTITIES, partitions=SHARED_PARTITIONS),
    Topic(RELATIONSHIPS, partitions=SHARED_PARTITIONS),
    Topic(DEBATES_COMPLETED),
    Topic(CONVERSATIONS_COMPLETED),
    Topic(MEMORY_EVENTS),
    Topic(INSIGHTS),
    Topic(DEAD_LETTERS, retention_ms=30 * DAY_MS),
)


@dataclass(frozen=True, slots=True)
class EventType:
    """One type of event.

    Parameters
    ----------
    name : str
    topic : str
    payload : type
        The payload's class.
    hops : tuple of str
        Who must account for it: a row of the reconciliation matrix.
    key : {"conversation_id", "entity_id"}
        What the Kafka key is taken from.
    """

    name: str
    topic: str
    payload: type[Payload]
    hops: tuple[Hop, ...]
    key: Literal["conversation_id", "entity_id"] = "conversation_id"


def _types(*found: EventType) -> dict[str, EventType]:
    return {one.name: one for one in found}


EVENT_TYPES: dict[str, EventType] = _types(
    EventType("message.added", CONVERSATIONS, Message, ("extraction", "graph", "context", "lake")),
    EventType("message.edited", CONVERSATIONS, MessageEdited, ("context", "lake")),
    EventType("message.deleted", CONVERSATIONS, MessageDeleted, ("context", "lake")),
    EventType("llm.call.completed", LLM_RESPONSES, LlmCall, ("lake", "warehouse")),
    *(
        EventType(f"entity.{verb}", ENTITIES, EntityUpdate, ("graph", "lake"), "entity_id")
        for verb in ("created", "updated", "deleted", "merged")
    ),
    *(
        EventType(f"relationship.{verb}", RELATIONSHIPS, RelationshipUpdate, ("graph", "lake"), "entity_id")
        for verb in ("created", "updated", "deleted")
    ),
    EventType(
        "conversation.completed", CONVERSATIONS_COMPLETED, ConversationCompleted, ("context", "learning", "lake")
    ),
    EventType("debate.completed", DEBATES_COMPLETED, DebateCompleted, ("learning", "lake", "warehouse")),
    *(
        EventType(f"memory.{verb}", MEMORY_EVENTS, MemoryUpdate, ("memory", "lake"))
        for verb in ("created", "updated", "deleted")
    ),
    EventType("memory.sync_request", MEMORY_EVENTS, MemorySync, ("memory", "lake")),
    EventType("learning.insight.created", INSIGHTS, Insight, ("lake",)),
    EventType("dead_letter.recorded", DEAD_LETTERS, DeadLetter, ()),
)


def topics_of(hop: Hop) -> tuple[str, ...]:
    """The topics that a hop reads, in the order they are declared.

    Examples
    --------
    >>> topics_of("context")
    ('helixagent.conversations', 'helixagent.conversations.completed')
    """
    wanted = {one.topic for one in EVENT_TYPES.values() if hop in one.hops}
    return tuple(topic.name for topic in TOPICS if topic.name in wanted)
