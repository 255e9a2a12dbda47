"""A node's replica of the memories in PostgreSQL, within the caller's transaction.

Two nodes may share one database: all rows carry the replica's id, which is the node's. Writers of one replica are
ordered by a lock on its row per tenant, taken before anything is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from workbench.database.connection import BoundedConnection
from workbench.database.statements import statement
from workbench.events.envelope import Event
from workbench.memory.clocks import Clock, Dot
from workbench.memory.record import Key, Memory
from workbench.memory.registers import at_microseconds
from workbench.memory.seen import Seen
from workbench.memory.states import decode_memory, encode_memory


@dataclass(frozen=True, slots=True)
class Replica:
    """Where a locked replica stands.

    Parameters
    ----------
    tenant_id, replica_id : str
    seen, purged : Seen
        Events that are here; events of them that nobody keeps any more.
    announced : mapping
        The clock that this node told last.
    announced_at : datetime or None
    """

    tenant_id: str
    replica_id: str
    seen: Seen = field(default_factory=Seen)
    purged: Seen = field(default_factory=Seen)
    announced: Clock | None = None
    announced_at: datetime | None = None

    @property
    def where(self) -> dict[str, object]:
        """Parameters of every query about it."""
        return {"tenant_id": self.tenant_id, "replica_id": self.replica_id}


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event as the replica's log has it.

    Parameters
    ----------
    event : Event
    node_id : str
    dot : Dot or None
    memory_id : str or None
    body : str or None
        The envelope as it travelled.
    """

    event: Event
    node_id: str
    dot: Dot | None
    memory_id: str | None
    body: str | None


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def seen_of(ranges: Mapping[str, Sequence[Sequence[int]]]) -> Seen:
    """Ranges as PostgreSQL gives them."""
    return Seen({node: tuple((low, high) for low, high in found) for node, found in ranges.items()})


def lock(connection: BoundedConnection, replica_id: str, *, tenant_ids: Iterable[str]) -> dict[str, Replica]:
    """Lock a replica's rows of some tenants, in order; made where they are not there."""
    wanted = {"tenant_ids": sorted(set(tenant_ids)), "replica_id": replica_id}
    connection.execute(statement("memory/add_replicas"), wanted)
    rows = connection.execute(statement("memory/lock_replicas"), wanted).fetchall()
    return {
        tenant: Replica(tenant, replica_id, seen_of(seen), seen_of(purged), announced, announced_at)
        for tenant, seen, purged, announced, announced_at in rows
    }


def save(connection: BoundedConnection, replica: Replica) -> None:
    """Write back what a locked replica has seen."""
    parts = {"seen": _json(replica.seen.ranges), "purged": _json(replica.purged.ranges)}
    connection.execute(statement("memory/save_replica"), replica.where | parts)


def note_announced(connection: BoundedConnection, replica: Replica, *, clock: Clock) -> None:
    """Note which clock this node told the others."""
    connection.execute(statement("memory/save_announced"), replica.where | {"announced": _json(clock)})


def known_events(connection: BoundedConnection, replica: Replica, *, event_ids: Iterable[str]) -> set[str]:
    """Which of some events were taken in already."""
    rows = connection.execute(statement("memory/known_events"), replica.where | {"event_ids": list(event_ids)})
    return {str(event_id) for (event_id,) in rows}


def log_events(connection: BoundedConnection, replica: Replica, *, events: Iterable[LoggedEvent]) -> None:
    """Add events to the log; of those that are there without their body, add the body."""
    rows = [
        {
            **replica.where,
            "event_id": one.event.event_id,
            "event_type": one.event.event_type,
            "node_id": one.node_id,
            "counter": None if one.dot is None else one.dot.counter,
            "user_id": one.event.user_id,
            "memory_id": one.memory_id,
            "occurred_at": one.event.occurred_at,
            "body": one.body,
        }
        for one in events
    ]
    if rows:
        connection.execute(statement("memory/save_events"), {"rows": _json(rows)})


def load(connection: BoundedConnection, replica: Replica, *, keys: Iterable[Key]) -> dict[Key, Memory]:
    """Some memories, deleted ones included."""
    wanted = sorted(set(keys))
    rows = connection.execute(
        statement("memory/memories"),
        replica.where | {"user_ids": [one.user_id for one in wanted], "memory_ids": [one.memory_id for one in wanted]},
    )
    return {Key(replica.tenant_id, user, memory): decode_memory(state.encode()) for user, memory, state in rows}


def store(connection: BoundedConnection, replica: Replica, *, memories: Mapping[Key, Memory]) -> None:
    """Insert or replace memories."""
    rows = [_row(replica, key, memory) for key, memory in sorted(memories.items(), key=lambda one: one[0])]
    if rows:
        connection.execute(statement("memory/save_memories"), {"rows": _json(rows)})


def _row(replica: Replica, key: Key, memory: Memory) -> dict[str, Any]:
    updated = memory.updated()
    return {
        **replica.where,
        "user_id": key.user_id,
        "memory_id": key.memory_id,
        "state": encode_memory(memory).decode(),
        "deleted": memory.deleted is not None,
        "tombstones": len(memory.tags.removed) + (memory.deleted is not None),
        "tags": memory.tags.tags(),
        "updated_at": at_microseconds(0 if updated is None else updated.at_us),
    }


def nodes(connection: BoundedConnection, replica: Replica) -> dict[str, Clock]:
    """Other node -> the clock that it told last."""
    rows = connection.execute(statement("memory/nodes"), replica.where)
    return {str(node): told for node, told, _ in rows}


def save_nodes(connection: BoundedConnection, replica: Replica, *, told: Mapping[str, Clock]) -> None:
    """Note what other nodes told."""
    rows = [{**replica.where, "node_id": node, "told": clock} for node, clock in sorted(told.items())]
    if rows:
        connection.execute(statement("memory/save_nodes"), {"rows": _json(rows)})
