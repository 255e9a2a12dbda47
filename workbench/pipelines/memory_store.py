"""Read and write memories at this node: its replica in PostgreSQL, and the outbox that carries writes to the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from workbench.clock import Clock, utc_now
from workbench.database import replicas
from workbench.database.pool import ConnectionPool
from workbench.database.replica_apply import Arrival, take_into
from workbench.database.replicas import Replica
from workbench.database.statements import statement
from workbench.errors import NotFoundError, UsageError
from workbench.events.codec import make_event
from workbench.events.payloads import Scalar
from workbench.memory.clocks import Dot
from workbench.memory.limits import checked
from workbench.memory.record import Key, Memory
from workbench.memory.registers import at_microseconds
from workbench.memory.states import decode_memory
from workbench.memory.writing import Wish, event_id_of_dot, payload_of
from workbench.pipelines.memory_announce import conversation_of
from workbench.pipelines.memory_node import node_id
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings

MOST_MEMORIES = 10_000
"""Memories of one user, as in HelixAgent: listing and comparing them stays a matter of milliseconds."""

MEMORY_ID_DIGITS = 32
"""Of the creating event's id: no other event ever has it, so no id comes back after its memory was forgotten."""


@dataclass(frozen=True, slots=True)
class MemoryView:
    """One memory as a reader sees it.

    Parameters
    ----------
    memory_id, user_id : str
    content, memory_type, category, session_id : str or None
    importance : float or None
        0 to 1.
    tags : tuple of str
    metadata : mapping
    created_at, updated_at : datetime or None
    node_id : str
        Node of the latest change.
    """

    memory_id: str
    user_id: str
    content: Scalar
    memory_type: Scalar
    category: Scalar
    session_id: Scalar
    importance: Scalar
    tags: tuple[str, ...]
    metadata: Mapping[str, Scalar]
    created_at: datetime | None
    updated_at: datetime | None
    node_id: str


def view_of(key: Key, memory: Memory) -> MemoryView:
    """What a reader sees of a record."""
    updated = memory.updated()
    return MemoryView(
        key.memory_id,
        key.user_id,
        content=memory.value("content"),
        memory_type=memory.value("memory_type"),
        category=memory.value("category"),
        session_id=memory.value("session_id"),
        importance=memory.value("importance"),
        tags=memory.tags.tags(),
        metadata=memory.metadata(),
        created_at=None if memory.created is None else at_microseconds(memory.created.at_us),
        updated_at=None if updated is None else at_microseconds(updated.at_us),
        node_id="" if updated is None else updated.node_id,
    )


class MemoryStore:
    """The memories of this node.

    Parameters
    ----------
    settings : Settings
    pool : ConnectionPool
        Not closed here.
    outbox : Outbox
        Not closed here.
    redact : callable
        The redaction policy, applied to content before it becomes an event.
    clock : callable
    """

    def __init__(
        self,
        settings: Settings,
        pool: ConnectionPool,
        outbox: Outbox,
        *,
        redact: Callable[[str], str] = lambda text: text,
        clock: Clock = utc_now,
    ) -> None:
        self.node_id = node_id(settings)
        self._pool = pool
        self._outbox = outbox
        self._redact = redact
        self._clock = clock

    def add(self, tenant_id: str, user_id: str, *, wish: Wish, session_id: str = "") -> MemoryView:
        """Remember something new.

        Raises
        ------
        UsageError
            When there is no content, or the user has `MOST_MEMORIES`.
        StoreUnavailableError
            When PostgreSQL or the outbox is not there. Without an answer to the commit the memory may have been made.
        """
        if not wish.content:
            raise UsageError("a memory needs content")
        if self.list(tenant_id, user_id, limit=1)[1] >= MOST_MEMORIES:
            raise UsageError(f"user {user_id!r} has {MOST_MEMORIES:,} memories, the most allowed; forget some first")
        return self._write("memory.created", tenant_id, user_id, None, wish=wish, session_id=session_id)

    def change(self, tenant_id: str, user_id: str, *, memory_id: str, wish: Wish) -> MemoryView:
        """Change some fields, tags or entries of the metadata.

        Raises
        ------
        NotFoundError
            When the user has no such memory.
        StoreUnavailableError
            As `add`.
        """
        return self._write("memory.updated", tenant_id, user_id, memory_id, wish=wish)

    def forget(self, tenant_id: str, user_id: str, *, memory_id: str) -> None:
        """Delete a memory on all nodes, for ever.

        Raises
        ------
        NotFoundError, StoreUnavailableError
            As `change`.
        """
        self._write("memory.deleted", tenant_id, user_id, memory_id, wish=Wish())

    def get(self, tenant_id: str, user_id: str, *, memory_id: str) -> MemoryView:
        """One memory.

        Raises
        ------
        NotFoundError
            When the user has no such memory.
        StoreUnavailableError
            When PostgreSQL is not there.
        """
        key = Key(tenant_id, user_id, memory_id)
        with self._pool.connection("read a memory") as connection, connection.transaction():
            memory = replicas.load(connection, Replica(tenant_id, self.node_id), keys=[key]).get(key)
        return view_of(key, _there(key, memory))

    def list(
        self, tenant_id: str, user_id: str, *, tag: str | None = None, limit: int = 100, offset: int = 0
    ) -> tuple[list[MemoryView], int]:
        """A user's memories, the latest change first, and how many there are in all (0 beyond the end)."""
        wanted = {"user_id": user_id, "tag": tag, "row_limit": limit, "row_offset": offset}
        with self._pool.connection("list memories") as connection, connection.transaction():
            rows = connection.execute(
                statement("memory/user_memories"), Replica(tenant_id, self.node_id).where | wanted
            ).fetchall()
        found = [view_of(Key(tenant_id, user_id, one), decode_memory(state.encode())) for one, state, _ in rows]
        return found, (rows[0][2] if rows else 0)

    def _write(
        self, name: str, tenant_id: str, user_id: str, memory_id: str | None, *, wish: Wish, session_id: str = ""
    ) -> MemoryView:
        """Into the outbox and the replica; when the replica's commit is lost, Kafka brings the event back."""
        wish = self._redacted(checked(wish))
        with self._pool.connection("write a memory") as connection, connection.transaction():
            replica = replicas.lock(connection, self.node_id, tenant_ids=[tenant_id])[tenant_id]
            dot = Dot(self.node_id, replica.seen.last(self.node_id) + 1)
            while True:
                event_id = event_id_of_dot(tenant_id, dot)
                key = Key(tenant_id, user_id, memory_id or event_id[:MEMORY_ID_DIGITS])
                memory = replicas.load(connection, replica, keys=[key]).get(key)
                payload = payload_of(
                    wish,
                    _there(key, memory) if memory_id else Memory(),
                    memory_id=key.memory_id,
                    dot=dot,
                    seen=replica.seen,
                    clock=self._clock,
                )
                event = make_event(
                    name,
                    payload,
                    event_id=event_id,
                    occurred_at=self._clock(),
                    conversation_id=conversation_of(self.node_id),
                    session_id=session_id or conversation_of(self.node_id),
                    user_id=user_id,
                    tenant_id=tenant_id,
                )
                if self._outbox.append([event]).added:
                    break
                # A write that died before its commit has taken this number: it is on its way through Kafka.
                dot = Dot(self.node_id, dot.counter + 1)
            take_into(connection, replica, arrivals=[Arrival(event, payload, None)])
            after = replicas.load(connection, replica, keys=[key])[key]
        return view_of(key, after)

    def _redacted(self, wish: Wish) -> Wish:
        return wish if wish.content is None else replace(wish, content=self._redact(wish.content))


def _there(key: Key, memory: Memory | None) -> Memory:
    if memory is None or memory.deleted is not None:
        raise NotFoundError(f"user {key.user_id!r} has no memory {key.memory_id[:100]!r}; list them first")
    return memory
