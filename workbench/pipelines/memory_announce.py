"""Tell other nodes what this one has, and send again what they lack and Kafka no longer holds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from workbench.clock import Clock as WallClock
from workbench.clock import utc_now
from workbench.database import replicas
from workbench.database.replicas import Replica
from workbench.database.statements import statement
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import MemorySync
from workbench.events.topics import MEMORY_EVENTS
from workbench.memory.clocks import Clock, Dot, covers
from workbench.memory.writing import SOURCE
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.tail import tail_ids

if TYPE_CHECKING:
    from workbench.database.connection import BoundedConnection
    from workbench.database.pool import ConnectionPool

ANNOUNCE_S = 5.0
"""Seconds between a node's own announcements at the least, so that a stream of events is not doubled by them."""


def conversation_of(node_id: str) -> str:
    """What memory events have for a conversation: their node, so that one partition keeps each node's order."""
    return f"memory:{node_id}"


def announcement(replica: Replica, *, clock: WallClock = utc_now) -> Event:
    """``memory.sync_request``: what this node has seen."""
    payload = MemorySync(
        node_id=replica.replica_id,
        vector_clock=replica.seen.clock(),
        purged={node: list(ranges) for node, ranges in replica.purged.ranges.items()},
    )
    now = clock()
    identity = f"{replica.tenant_id}\x1f{replica.replica_id}\x1f{now.isoformat()}"
    return make_event(
        "memory.sync_request",
        payload,
        event_id=event_id_of(f"{SOURCE}.sync", identity.encode()),
        occurred_at=now,
        conversation_id=conversation_of(replica.replica_id),
        session_id=conversation_of(replica.replica_id),
        user_id=f"{replica.tenant_id}/{replica.replica_id}",
        tenant_id=replica.tenant_id,
    )


def due(replica: Replica, *, now: datetime) -> bool:
    """Whether this node has seen something new since it last told, and told long enough ago."""
    told_at = replica.announced_at
    if dict(replica.announced or {}) == replica.seen.clock():
        return told_at is None
    return told_at is None or now - told_at >= timedelta(seconds=ANNOUNCE_S)


def announce(pool: "ConnectionPool", outbox: Outbox, replica_id: str, *, tenant_id: str, always: bool = False) -> bool:
    """Announce what this node has seen, when that is `due` or always.

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL or the outbox is not there.
    """
    with pool.connection("announce a replica") as connection, connection.transaction():
        replica = replicas.lock(connection, replica_id, tenant_ids=[tenant_id])[tenant_id]
        if not (always or due(replica, now=utc_now())):
            return False
        outbox.append([announcement(replica)])
        replicas.note_announced(connection, replica, clock=replica.seen.clock())
    return True


def _lacking(connection: "BoundedConnection", replica: Replica, others: Mapping[str, Clock]) -> dict[str, str]:
    """Event id -> envelope of the events that some other node has not told to have seen."""
    rows = connection.execute(statement("memory/kept_events"), replica.where)
    return {
        event_id: body
        for event_id, node, counter, body in rows
        if any(node != other and not covers(told, Dot(node, counter)) for other, told in others.items())
    }


def send_again(
    pool: "ConnectionPool", outbox: Outbox, settings: Settings, *, where: tuple[str, str], to: str | None = None
) -> int:
    """Queue the events that other nodes lack and that Kafka no longer holds; how many that are.

    Within Kafka's retention a node that was away reads them there by itself, so nothing is sent twice.

    Parameters
    ----------
    pool : ConnectionPool
    outbox : Outbox
    settings : Settings
    where : tuple of str
        Tenant, and this node's id.
    to : str, optional
        Only what this node lacks; by default what any node lacks.

    Raises
    ------
    StoreUnavailableError, StoreError
        When PostgreSQL, Kafka or the outbox is not there.
    """
    replica = Replica(*where)
    with pool.connection("compare replicas") as connection, connection.transaction():
        others = replicas.nodes(connection, replica)
        lacking = _lacking(connection, replica, {node: told for node, told in others.items() if to in (None, node)})
    if not lacking:
        return 0
    held = set[str]().union(*tail_ids(settings, [MEMORY_EVENTS], {}).values())
    gone = {event_id: body for event_id, body in lacking.items() if event_id not in held}
    for body in gone.values():
        outbox.resend(body.encode())
    return len(gone)
