"""Kafka -> this node's replica of the memories, exactly once.

Every node reads all memory events, so each has a consumer group and offsets of its own. One transaction per batch:
the offsets move first, then the events are merged. After the commit the node tells the others what it has seen, and
sends again what a node that asked lacks; both go through the outbox, and a crash between only delays them.
"""

from collections.abc import Mapping

import structlog

from workbench.database import offsets
from workbench.database.memory_ledger import replica_hop
from workbench.database.pool import ConnectionPool, open_pool
from workbench.database.replica_apply import Applied, Arrival, take_in
from workbench.database.statements import statement
from workbench.errors import StoreError, StoreRefusedError
from workbench.events.topics import Hop, topics_of
from workbench.pipelines.memory_announce import announce, send_again
from workbench.pipelines.memory_node import node_id
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.sink import Batch, Claim, TopicPartition

HOP: Hop = "memory"

_log = structlog.get_logger(__name__)


def replica_settings(settings: Settings) -> Settings:
    """The settings with a consumer group for this node alone: every node reads every memory event."""
    group = f"{settings.kafka.consumer_group}-{node_id(settings)}"
    return settings.model_copy(update={"kafka": settings.kafka.model_copy(update={"consumer_group": group})})


class MemorySink:
    """A node's replica as a sink; see `workbench.stream.sink.Sink`.

    Parameters
    ----------
    settings : Settings
    pool : ConnectionPool
        One connection is enough; it is closed with the sink.
    outbox : Outbox
        Takes what the node tells others; not closed here.
    """

    hop: Hop = HOP
    topics: tuple[str, ...] = topics_of(HOP)
    needs_blobs = True

    def __init__(self, settings: Settings, pool: ConnectionPool, outbox: Outbox) -> None:
        self._settings = settings
        self._pool = pool
        self._outbox = outbox
        self._node_id = node_id(settings)

    def claim(self, topic_ids: Mapping[TopicPartition, str]) -> Mapping[TopicPartition, Claim]:
        """Take over topic partitions, and tell other nodes that this one is there; see `Sink.claim`."""
        wanted = {(one.topic, one.partition): topic_id for one, topic_id in topic_ids.items()}
        with self._pool.connection("claim topic partitions") as connection, connection.transaction():
            stored = offsets.claim(connection, replica_hop(self._node_id), topic_ids=wanted)
            rows = connection.execute(statement("memory/replica_tenants"), {"replica_id": self._node_id}).fetchall()
        for tenant in sorted({self._settings.api.tenant, *(str(row[0]) for row in rows)}):
            announce(self._pool, self._outbox, self._node_id, tenant_id=tenant)
        return {
            TopicPartition(one.topic, one.partition): Claim(one.next_offset, one.epoch, one.topic_id) for one in stored
        }

    def write(self, batch: Batch) -> None:
        """Merge events and move offsets in one transaction; see `Sink.write`."""
        moves = [
            offsets.OffsetMove(one.topic, one.partition, to.expected, to.epoch, to.next_offset)
            for one, to in batch.positions.items()
        ]
        arrivals = []
        for one in batch.deliveries:
            if one.payload is None:
                raise StoreRefusedError(f"event {one.event.event_id} came without its payload; its blob is needed")
            arrivals.append(Arrival(one.event, one.payload, one.value.decode()))
        with self._pool.connection("write a batch of memories") as connection, connection.transaction():
            offsets.move(connection, replica_hop(self._node_id), moves=moves)
            applied = take_in(connection, self._node_id, arrivals=arrivals)
        self._tell(batch, applied)

    def _tell(self, batch: Batch, applied: Applied) -> None:
        """Best effort after the commit: what is not told now is told with the next batch or at the next start."""
        try:
            if applied.foreign:
                for tenant in sorted({one.event.tenant_id for one in batch.deliveries}):
                    announce(self._pool, self._outbox, self._node_id, tenant_id=tenant)
            for tenant, asking in sorted(set(applied.asked)):
                again = send_again(self._pool, self._outbox, self._settings, where=(tenant, self._node_id), to=asking)
                if again:
                    _log.info("memory events sent again", node_id=asking, events=again)
        except StoreError as error:
            _log.warning("other nodes were not told", reason=str(error))

    def close(self) -> None:
        """Give back the connection."""
        self._pool.close()


def memory_sink(settings: Settings, outbox: Outbox) -> MemorySink:
    """The sink of worker ``memory``; nothing is contacted yet.

    Parameters
    ----------
    settings : Settings
    outbox : Outbox
    """
    return MemorySink(settings, open_pool(settings, size=1), outbox)
