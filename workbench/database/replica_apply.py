"""Take memory events into a replica, and compact what all nodes have seen, within the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from workbench.database import replicas
from workbench.database.connection import BoundedConnection
from workbench.database.replicas import LoggedEvent, Replica
from workbench.database.statements import statement
from workbench.errors import StoreRefusedError
from workbench.events.envelope import Event
from workbench.events.payloads import MemorySync, MemoryUpdate, Payload
from workbench.memory.changes import Change, change_of
from workbench.memory.clocks import Clock, Dot, merged
from workbench.memory.compaction import compacted
from workbench.memory.record import Key, Memory, join
from workbench.memory.states import decode_memory

REST_S = 3_600.0
"""Seconds that a tombstone rests before it may go: time for a node that has just joined to tell that it is there.
Until it has told, nobody waits for it."""

COMPACTED_AT_ONCE = 500
"""Memories of one compaction; the rest has its turn with the next announcement."""


class Arrival(NamedTuple):
    """One memory event as it reached a replica; `body` is the envelope's text, None for a write made here."""

    event: Event
    payload: Payload
    body: str | None


@dataclass(frozen=True, slots=True)
class Applied:
    """What a call took in.

    Parameters
    ----------
    added : int
        Events that were new.
    foreign : int
        Those of them that change memories and come from other nodes.
    asked : tuple of (str, str)
        Tenant and node of each announcement by another node.
    """

    added: int = 0
    foreign: int = 0
    asked: tuple[tuple[str, str], ...] = ()

    def __add__(self, other: "Applied") -> "Applied":
        return Applied(self.added + other.added, self.foreign + other.foreign, self.asked + other.asked)


def take_in(
    connection: BoundedConnection, replica_id: str, *, arrivals: Sequence[Arrival], rest_s: float = REST_S
) -> Applied:
    """Merge events into a node's replica; repeats, within the call or over time, change nothing.

    Parameters
    ----------
    connection : BoundedConnection
        Inside a transaction.
    replica_id : str
        The node's id.
    arrivals : sequence of Arrival
    rest_s : float
        See `REST_S`.

    Raises
    ------
    StoreRefusedError
        For an event that is not about memories.
    """
    by_tenant: dict[str, dict[str, Arrival]] = {}
    for one in arrivals:
        if not isinstance(one.payload, MemoryUpdate | MemorySync):
            raise StoreRefusedError(f"the memory replica does not keep events of type {one.event.event_type}")
        by_tenant.setdefault(one.event.tenant_id, {}).setdefault(one.event.event_id, one)
    if not by_tenant:
        return Applied()
    found = replicas.lock(connection, replica_id, tenant_ids=by_tenant)
    total = Applied()
    for tenant, events in sorted(by_tenant.items()):
        total += take_into(connection, found[tenant], arrivals=list(events.values()), rest_s=rest_s)
    return total


def take_into(
    connection: BoundedConnection, replica: Replica, *, arrivals: Sequence[Arrival], rest_s: float = REST_S
) -> Applied:
    """The same for one locked tenant of a replica."""
    known = replicas.known_events(connection, replica, event_ids=[one.event.event_id for one in arrivals])
    new = [one for one in arrivals if one.event.event_id not in known]
    changes = {
        one.event.event_id: change_of(one.event, one.payload) for one in new if isinstance(one.payload, MemoryUpdate)
    }
    replicas.log_events(connection, replica, events=[_logged(one, changes.get(one.event.event_id)) for one in arrivals])
    if not new:
        return Applied()
    told = _told(connection, replica, new)
    after = _merge(connection, replica, changes.values())
    for one in new:
        if isinstance(one.payload, MemorySync):
            for node, ranges in one.payload.purged.items():
                for first, end in ranges:
                    seen, purged = after.seen.add_range(node, first, end), after.purged.add_range(node, first, end)
                    after = replace(after, seen=seen, purged=purged)
    if told or changes:  # alone, a node hears from nobody, and what was forgotten must go all the same
        after = _compact(connection, after, others=replicas.nodes(connection, replica), rest_s=rest_s)
    replicas.save(connection, after)
    mine = replica.replica_id
    return Applied(
        len(new),
        sum(isinstance(one.payload, MemoryUpdate) and one.payload.node_id != mine for one in new),
        tuple((replica.tenant_id, node) for node in _asking(new) if node != mine),
    )


def _asking(new: Iterable[Arrival]) -> list[str]:
    return sorted({one.payload.node_id for one in new if isinstance(one.payload, MemorySync)})


def _logged(one: Arrival, change: Change | None) -> LoggedEvent:
    payload: Any = one.payload
    memory_id = payload.memory_id if isinstance(payload, MemoryUpdate) else None
    dot = None if change is None else change.dot
    return LoggedEvent(one.event, payload.node_id, dot, memory_id, one.body)


def _told(connection: BoundedConnection, replica: Replica, new: Iterable[Arrival]) -> dict[str, Clock]:
    """Note what other nodes had seen when they wrote or announced."""
    heard: dict[str, Clock] = {}
    for one in new:
        payload: Any = one.payload
        if payload.node_id != replica.replica_id and payload.vector_clock is not None:
            heard[payload.node_id] = merged(heard.get(payload.node_id, {}), payload.vector_clock)
    if heard:
        before = replicas.nodes(connection, replica)
        heard = {node: merged(before.get(node, {}), clock) for node, clock in heard.items()}
        replicas.save_nodes(connection, replica, told=heard)
    return heard


def _merge(connection: BoundedConnection, replica: Replica, changes: Iterable[Change]) -> Replica:
    seen = replica.seen
    wanted: list[tuple[Key, Memory]] = []
    for one in changes:
        if one.dot is not None:
            seen = seen.add(one.dot)
            # about a memory that everybody knows to be deleted; the deletion itself may find it still here, when the
            # news of the purge came first, over another partition
            if replica.purged.has(one.dot) and one.memory.deleted is None:
                continue
        wanted.append((one.key, one.memory))
    if wanted:
        before = replicas.load(connection, replica, keys=[key for key, _ in wanted])
        after = join(before, wanted)
        replicas.store(connection, replica, memories={key: one for key, one in after.items() if one != before.get(key)})
    return replace(replica, seen=seen)


def _compact(connection: BoundedConnection, replica: Replica, *, others: Mapping[str, Clock], rest_s: float) -> Replica:
    rows = connection.execute(
        statement("memory/tombstoned"), replica.where | {"rest_s": rest_s, "row_limit": COMPACTED_AT_ONCE}
    ).fetchall()
    gone: list[Key] = []
    smaller: dict[Key, Memory] = {}
    for user, memory_id, state in rows:
        key, memory = Key(replica.tenant_id, user, memory_id), decode_memory(state.encode())
        left = compacted(memory, seen=replica.seen, others=others)
        if left is None:
            gone.append(key)
        elif left != memory:
            smaller[key] = left
    replicas.store(connection, replica, memories=smaller)
    if not gone:
        return replica
    wanted = replica.where | {"user_ids": [one.user_id for one in gone], "memory_ids": [one.memory_id for one in gone]}
    connection.execute(statement("memory/drop_memories"), wanted)
    purged = replica.purged
    for node, counter in connection.execute(statement("memory/purge_events"), wanted):
        if counter is not None:
            purged = purged.add(Dot(node, counter))
    return replace(replica, purged=purged)
