"""What a node's replica of the memories holds, for reconciliation and comparison."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

from workbench.database import offsets
from workbench.database.connection import Deadlines
from workbench.database.ledger import FETCH_ROWS, LEDGER_DEADLINES_S
from workbench.database.pool import ConnectionPool
from workbench.database.statements import statement
from workbench.events.tally import Tally
from workbench.memory.record import Key, Memory
from workbench.memory.states import decode_memory, state_hash
from workbench.settings.schema import Settings


def replica_hop(replica_id: str) -> str:
    """Under which name a replica keeps its offsets: two nodes on one database read the topic each for itself."""
    return f"memory:{replica_id}"


class MemoryLedger:
    """Counts, ids, offsets and a content hash of one node's replica; a context manager.

    Events of other nodes are counted too: they are stored here and were produced elsewhere.

    Parameters
    ----------
    settings : Settings
    replica_id : str
        The node's id.
    """

    def __init__(self, settings: Settings, replica_id: str) -> None:
        deadlines = Deadlines(connect_s=settings.postgresql.timeout_s, statement_s=LEDGER_DEADLINES_S)
        self._pool = ConnectionPool(settings.postgresql, size=2, deadlines=deadlines)
        self._replica_id = replica_id

    def tallies(self) -> dict[str, Tally]:
        """Event type -> tally of its stored events; types without any are left out."""
        with self._pool.connection("count its memory events") as connection:
            rows = connection.execute(statement("memory/tallies"), {"replica_id": self._replica_id}).fetchall()
            connection.rollback()
        return {name: Tally(int(count), int(checksum)) for name, count, checksum in rows}

    def _stream(self, name: str, **parameters: str) -> Iterator[Sequence[str]]:
        with self._pool.connection(f"read {name}") as connection, connection.transaction():
            with connection.cursor(name=name) as cursor:
                cursor.itersize = FETCH_ROWS
                cursor.execute(statement(f"memory/{name}"), {"replica_id": self._replica_id, **parameters})
                yield from cursor

    def stored_ids(self, event_type: str) -> Iterator[str]:
        """Ids of the stored events of a type, ascending."""
        return (str(row[0]) for row in self._stream("stored_ids", event_type=event_type))

    def memories(self) -> Iterator[tuple[Key, Memory]]:
        """All memories, deleted ones included, by key."""
        for tenant, user, memory, state in self._stream("all_memories"):
            yield Key(tenant, user, memory), decode_memory(state.encode())

    def content_hash(self) -> str:
        """SHA-256 of what is visible: equal for replicas that have seen the same events."""
        return state_hash(self.memories())

    def offsets(self) -> dict[tuple[str, int], int]:
        """(Topic, partition) -> first offset that is not stored yet."""
        with self._pool.connection("read its offsets") as connection:
            stored = offsets.stored_offsets(connection, replica_hop(self._replica_id))
            connection.rollback()
        return {(one.topic, one.partition): one.next_offset for one in stored}

    def clear(self) -> None:
        """Empty the replica; offsets start at 0 again and whoever claimed them is fenced."""
        with self._pool.connection("empty a replica") as connection, connection.transaction():
            connection.execute(statement("ledger/reset_offsets"), {"hop": replica_hop(self._replica_id)})
            connection.execute(statement("memory/empty_replica"), {"replica_id": self._replica_id})

    def close(self) -> None:
        """Give back connections."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
