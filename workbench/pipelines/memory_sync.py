"""How a node's replica stands, and bringing it up to date now, both ways."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from workbench.database import offsets
from workbench.database.memory_ledger import replica_hop
from workbench.database.pool import ConnectionPool
from workbench.database.replica_apply import Applied, Arrival, take_in
from workbench.database.replicas import Replica, seen_of
from workbench.database.statements import statement
from workbench.errors import EventError, StoreUnavailableError
from workbench.events.codec import decode_event, decode_payload
from workbench.events.topics import MEMORY_EVENTS
from workbench.memory.clocks import Clock, missing
from workbench.memory.seen import Seen
from workbench.pipelines.memory_announce import announce, send_again
from workbench.pipelines.publish import Publisher
from workbench.settings import Settings
from workbench.stream.admin import end_offsets
from workbench.stream.sink import TopicPartition
from workbench.stream.tail import read_tail

PULL_EVENTS = 1_000
"""Events of one transaction while pulling."""

FLUSH_S = 10.0
"""Seconds that a synchronisation waits for Kafka to take what this node has written."""


@dataclass(frozen=True, slots=True)
class KnownNode:
    """Another node as this one knows it.

    Parameters
    ----------
    node_id : str
    vector_clock : mapping
        What it told last to have seen.
    heard_at : datetime
    behind_events : int
        Events that are here and that it has not told to have seen.
    ahead_events : int
        Events that it has seen and that are not here.
    """

    node_id: str
    vector_clock: Clock
    heard_at: datetime
    behind_events: int
    ahead_events: int


@dataclass(frozen=True, slots=True)
class ReplicaStatus:
    """How a replica stands.

    Parameters
    ----------
    node_id : str
    vector_clock : mapping
    late_events : int
        Events that are missing below ones that are here.
    event_count_24h, memory_count, tombstone_count : int
    announced_at, synced_at : datetime or None
    nodes : tuple of KnownNode
    next_offsets : mapping
        First offset of each topic partition that the replica's worker has not stored.
    now : datetime or None
        PostgreSQL's time.
    """

    node_id: str
    vector_clock: Clock
    late_events: int = 0
    event_count_24h: int = 0
    memory_count: int = 0
    tombstone_count: int = 0
    announced_at: datetime | None = None
    synced_at: datetime | None = None
    nodes: tuple[KnownNode, ...] = ()
    next_offsets: dict[TopicPartition, int] | None = None
    now: datetime | None = None

    @property
    def missing_events(self) -> int:
        """Events that some other node is known to have seen and that are not here."""
        highest: dict[str, int] = {}
        for node in self.nodes:
            for one, counter in node.vector_clock.items():
                highest[one] = max(counter, highest.get(one, 0))
        return missing(self.vector_clock, than=highest)


@dataclass(frozen=True, slots=True)
class Synced:
    """What a synchronisation did.

    Parameters
    ----------
    published : bool
        Whether Kafka has everything that this node wrote.
    read, added : int
        Records read from Kafka; events of them that were new here.
    sent_again : int
        Events that other nodes lack and Kafka no longer held.
    """

    published: bool
    read: int
    added: int
    sent_again: int


def replica_status(pool: ConnectionPool, node_id: str, *, tenant_id: str) -> ReplicaStatus:
    """How a node's replica of a tenant's memories stands, from PostgreSQL alone.

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL is not there.
    """
    where = Replica(tenant_id, node_id).where
    with pool.connection("read a replica's status") as connection, connection.transaction():
        row = connection.execute(statement("memory/replica_status"), where).fetchone()
        nodes = connection.execute(statement("memory/nodes"), where).fetchall()
        stored = offsets.stored_offsets(connection, replica_hop(node_id))
    reached = {TopicPartition(one.topic, one.partition): one.next_offset for one in stored}
    if row is None:
        return ReplicaStatus(node_id, {}, next_offsets=reached)
    seen: Seen = seen_of(row[0])
    clock = seen.clock()
    known = tuple(
        KnownNode(one, told, at, missing(told, than=clock), missing(clock, than=told)) for one, told, at in nodes
    )
    return ReplicaStatus(
        node_id,
        clock,
        late_events=seen.late(),
        announced_at=row[2],
        synced_at=row[3],
        event_count_24h=row[4],
        memory_count=row[5],
        tombstone_count=row[6],
        nodes=known,
        next_offsets=reached,
        now=row[7],
    )


def lag_events(settings: Settings, status: ReplicaStatus) -> int:
    """Records of the topic that the replica's worker has not stored.

    Raises
    ------
    StoreUnavailableError, StoreError
        When Kafka cannot be asked.
    """
    reached = status.next_offsets or {}
    return sum(max(0, end - reached.get(one, 0)) for one, end in end_offsets(settings, [MEMORY_EVENTS]).items())


def synchronise(
    settings: Settings, pool: ConnectionPool, publisher: Publisher, *, node_id: str, tenant_id: str
) -> Synced:
    """Send what this node wrote, take in what Kafka has, send again what others lack, and tell what is here.

    The worker's offsets stay where they are: it meets what was taken in here once more, and changes nothing. So this
    works beside a running worker, a frozen one, or none.

    Parameters
    ----------
    settings : Settings
    pool : ConnectionPool
    publisher : Publisher
    node_id : str
        This node.
    tenant_id : str
        Whose memories are compared and announced; what Kafka has is taken in for all tenants.

    Raises
    ------
    StoreUnavailableError, StoreError
        When PostgreSQL or Kafka is not there; what was done until then stays done.
    """
    if not publisher.flush(FLUSH_S):
        raise StoreUnavailableError(
            f"Kafka did not take this node's events within {FLUSH_S:g} s; they wait in the outbox"
        )
    read, applied = _pull(settings, pool, node_id)
    again = send_again(pool, publisher.outbox, settings, where=(tenant_id, node_id))
    announce(pool, publisher.outbox, node_id, tenant_id=tenant_id, always=True)
    with pool.connection("note a synchronisation") as connection, connection.transaction():
        connection.execute(statement("memory/save_synced"), Replica(tenant_id, node_id).where)
    return Synced(publisher.flush(FLUSH_S), read, applied.added, again)


def _pull(settings: Settings, pool: ConnectionPool, node_id: str) -> tuple[int, Applied]:
    with pool.connection("read its offsets") as connection, connection.transaction():
        stored = offsets.stored_offsets(connection, replica_hop(node_id))
    starts = {TopicPartition(one.topic, one.partition): one.next_offset for one in stored}
    values = (record.value for record in read_tail(settings, [MEMORY_EVENTS], starts))
    read, applied = 0, Applied()
    while chunk := list(islice(values, PULL_EVENTS)):
        read += len(chunk)
        with pool.connection("take in memory events") as connection, connection.transaction():
            applied += take_in(connection, node_id, arrivals=list(_arrivals(chunk)))
    return read, applied


def _arrivals(values: list[bytes]) -> Iterator[Arrival]:
    """What can be read here; the worker makes dead letters of the rest, and fetches payloads that are kept apart."""
    for value in values:
        try:
            event = decode_event(value)
            if event.payload_ref is None:
                yield Arrival(event, decode_payload(event), value.decode())
        except EventError:
            continue
