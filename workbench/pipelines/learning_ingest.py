"""Kafka -> the learner's tables in PostgreSQL: completed conversations and debates, exactly once.

The sink only notes what is to be learned from, in the transaction that moves the offsets. The learning itself
(`workbench.pipelines.learn`) is a function of stored rows, so it may run late, twice, or again.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from workbench.database import learning, offsets
from workbench.database.pool import ConnectionPool, open_pool
from workbench.errors import StoreRefusedError
from workbench.events.payloads import ConversationCompleted, DebateCompleted
from workbench.events.topics import Hop, topics_of
from workbench.learning.debates import debate_profile
from workbench.settings import Settings
from workbench.stream.sink import Batch, Claim, TopicPartition

HOP: Hop = "learning"


class LearningSink:
    """The hop ``learning``; see `workbench.stream.sink.Sink`.

    Parameters
    ----------
    pool : ConnectionPool
        One connection is enough; it is closed with the sink.
    """

    hop: Hop = HOP
    topics: tuple[str, ...] = topics_of(HOP)
    needs_blobs = True

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    def claim(self, topic_ids: Mapping[TopicPartition, str]) -> Mapping[TopicPartition, Claim]:
        """Take over topic partitions; see `Sink.claim`."""
        wanted = {(one.topic, one.partition): topic_id for one, topic_id in topic_ids.items()}
        with self._pool.connection("claim topic partitions") as connection, connection.transaction():
            stored = offsets.claim(connection, HOP, topic_ids=wanted)
        return {
            TopicPartition(one.topic, one.partition): Claim(one.next_offset, one.epoch, one.topic_id) for one in stored
        }

    def write(self, batch: Batch) -> None:
        """Note what is to be learned from, and move the offsets; see `Sink.write`."""
        moves = [
            offsets.OffsetMove(one.topic, one.partition, to.expected, to.epoch, to.next_offset)
            for one, to in batch.positions.items()
        ]
        events: list[dict[str, Any]] = []
        conversations: list[dict[str, Any]] = []
        debates: list[dict[str, Any]] = []
        for delivery in batch.deliveries:
            event, payload = delivery.event, delivery.payload
            whose = {"tenant_id": event.tenant_id, "conversation_id": event.conversation_id}
            if isinstance(payload, ConversationCompleted):
                conversations.append({**whose, "expected_messages": payload.message_count})
            elif isinstance(payload, DebateCompleted):
                profile = debate_profile(payload, conversation_id=event.conversation_id, at=event.occurred_at)
                debates.append(
                    {
                        "tenant_id": event.tenant_id,
                        "debate_id": payload.debate_id,
                        "event_id": event.event_id,
                        "at": event.occurred_at,
                        "profile": msgspec.json.encode(profile).decode(),
                    }
                )
            else:
                raise StoreRefusedError(f"the learner learns nothing from events of type {event.event_type}")
            events.append({**whose, "event_id": event.event_id, "event_type": event.event_type})
        _require_storable(events, debates)
        with self._pool.connection("write a batch") as connection, connection.transaction():
            offsets.move(connection, HOP, moves=moves)
            learning.add_events(connection, events)
            learning.add_conversations(connection, conversations)
            learning.add_debates(connection, debates)

    def close(self) -> None:
        """Give back the connection."""
        self._pool.close()


def _require_storable(*groups: list[dict[str, Any]]) -> None:
    for row in (row for rows in groups for row in rows):
        for name, value in row.items():
            if isinstance(value, str) and ("\x00" in value or "\\u0000" in value):
                raise StoreRefusedError(f"{name} of event {row['event_id']} holds U+0000, which PostgreSQL cannot hold")


def learning_sink(settings: Settings) -> LearningSink:
    """The sink of worker ``learning``; nothing is contacted yet.

    Parameters
    ----------
    settings : Settings
    """
    return LearningSink(open_pool(settings, size=1))
