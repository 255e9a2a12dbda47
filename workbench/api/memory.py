"""The memories behind requests; switched off, neither their code nor the driver is imported."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.api.stored import Stored
from workbench.clock import rfc3339, utc_now
from workbench.errors import StoreError
from workbench.events.redaction import Redactor
from workbench.pipelines.publish import Publisher
from workbench.resilience.breakers import CircuitBreakers
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.database.pool import ConnectionPool
    from workbench.pipelines.memory_store import MemoryStore
    from workbench.pipelines.memory_sync import ReplicaStatus, Synced

RESOLVER = "lww_registers_or_set"
"""``conflict_resolver`` of the status: last writer wins per field, observed-remove tags, deletion wins."""

T = TypeVar("T")


class Memories:
    """This node's memories.

    Parameters
    ----------
    settings : Settings
    breakers : CircuitBreakers
    publisher : Publisher
        Not closed here.
    redactor : Redactor
    """

    def __init__(
        self, settings: Settings, breakers: CircuitBreakers, *, publisher: Publisher, redactor: Redactor
    ) -> None:
        self._settings = settings
        self._publisher = publisher
        self._redactor = redactor
        self._stored = Stored(settings, breakers, component="distributed_memory", missing="memory_not_found")
        self._lock = threading.Lock()
        self._store: MemoryStore | None = None

    @property
    def on(self) -> bool:
        """Whether the component and its store are switched on."""
        return self._stored.on

    async def ask(self, ask: "Callable[[MemoryStore], T]") -> T:
        """What `ask` gives.

        Raises
        ------
        Refusal
            As `Stored.ask`.
        """
        return await self._stored.ask(lambda pool: ask(self._of(pool)))

    def _of(self, pool: "ConnectionPool") -> "MemoryStore":
        from workbench.pipelines.memory_store import MemoryStore

        with self._lock:
            if self._store is None:
                self._store = MemoryStore(
                    self._settings, pool, self._publisher.outbox, redact=self._redactor.text, clock=utc_now
                )
        return self._store

    async def status(self, tenant_id: str) -> dict[str, Any]:
        """HelixAgent's keys of ``/v1/memory/sync/status``, and what it says beyond them."""
        return await self._stored.ask(lambda pool: self._status(pool, tenant_id))

    async def force(self, tenant_id: str) -> dict[str, Any]:
        """Synchronise now, and say what that did."""
        return await self._stored.ask(lambda pool: self._force(pool, tenant_id))

    def _status(self, pool: "ConnectionPool", tenant_id: str) -> dict[str, Any]:
        from workbench.pipelines.memory_sync import lag_events, replica_status
        from workbench.stream.progress import read_progress

        found = replica_status(pool, self._of(pool).node_id, tenant_id=tenant_id)
        try:
            lag: int | None = lag_events(self._settings, found)
        except StoreError:
            lag = None
        waiting = sum(
            tally.count for name, tally in self._publisher.outbox.unsent().items() if name.startswith("memory.")
        )
        running = any(
            one.hop == "memory" and one.state not in ("gone", "silent") for one in read_progress(self._settings)
        )
        return {
            "node_id": found.node_id,
            "running": running,
            "vector_clock": dict(found.vector_clock),
            "event_count_24h": found.event_count_24h,
            "subscriber_count": len(found.nodes),
            "kafka_configured": bool(self._settings.kafka.bootstrap_servers),
            "conflict_resolver": RESOLVER,
            "sync_status": sync_state(found, lag=lag, waiting=waiting),
            "timestamp": rfc3339(utc_now()),
            "lag_events": lag,
            "missing_events": found.missing_events,
            "late_events": found.late_events,
            "outbox_events": waiting,
            "memory_count": found.memory_count,
            "tombstone_count": found.tombstone_count,
            "last_sync_at": found.synced_at and rfc3339(found.synced_at),
            "last_announced_at": found.announced_at and rfc3339(found.announced_at),
            "nodes": [
                {
                    "node_id": node.node_id,
                    "vector_clock": dict(node.vector_clock),
                    "heard_at": rfc3339(node.heard_at),
                    "behind_events": node.behind_events,
                    "ahead_events": node.ahead_events,
                }
                for node in found.nodes
            ],
        }

    def _force(self, pool: "ConnectionPool", tenant_id: str) -> dict[str, Any]:
        from workbench.pipelines.memory_sync import replica_status, synchronise

        node_id = self._of(pool).node_id
        done = synchronise(self._settings, pool, self._publisher, node_id=node_id, tenant_id=tenant_id)
        found = replica_status(pool, node_id, tenant_id=tenant_id)
        return {
            "status": "sync_request_sent",
            "message": _message(done),
            "node_id": node_id,
            "vector_clock": dict(found.vector_clock),
            "pulled_records": done.read,
            "new_events": done.added,
            "sent_again_events": done.sent_again,
            "missing_events": found.missing_events,
        }

    def close(self) -> None:
        """Close connections."""
        self._stored.close()


def sync_state(found: "ReplicaStatus", *, lag: int | None, waiting: int) -> str:
    """``sync_status``: ``kafka_unreachable``, ``behind`` (others have more), ``sending``, or ``in_sync``."""
    if lag is None:
        return "kafka_unreachable"
    if found.missing_events or found.late_events:
        return "behind"
    return "sending" if waiting else "in_sync"


def _message(done: "Synced") -> str:
    told = "other nodes were told" if done.published else "other nodes are told as soon as Kafka takes it"
    return (
        f"{done.added} new events taken in from {done.read} records; {done.sent_again} sent again because other nodes"
        f" lack them and Kafka no longer holds them; {told} what this node has"
    )
