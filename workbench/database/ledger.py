"""What the context store holds, for reconciliation and rebuild."""

import hashlib
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from workbench.database import offsets
from workbench.database.connection import Deadlines
from workbench.database.pool import ConnectionPool
from workbench.database.statements import statement
from workbench.events.tally import Tally
from workbench.events.topics import Hop
from workbench.settings.schema import Settings

HOP: Hop = "context"

LEDGER_DEADLINES_S = 600.0
"""Seconds for one statement: counting and hashing read whole tables."""

FETCH_ROWS = 10_000
"""Rows a round trip: at some tens of bytes a row, under a megabyte at a time."""


class ContextLedger:
    """Counts, ids, offsets and a content hash of the context store; a context manager.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        deadlines = Deadlines(connect_s=settings.postgresql.timeout_s, statement_s=LEDGER_DEADLINES_S)
        self._pool = ConnectionPool(settings.postgresql, size=2, deadlines=deadlines)

    def tallies(self) -> dict[str, Tally]:
        """Event type -> tally of its stored events; types without any are left out."""
        with self._pool.connection("count its events") as connection:
            rows = connection.execute(statement("ledger/tallies")).fetchall()
            connection.rollback()
        return {name: Tally(int(count), int(checksum)) for name, count, checksum in rows}

    def _stream(self, name: str, query: str, parameters: dict[str, str] | None = None) -> Iterator[tuple[object, ...]]:
        with self._pool.connection(f"read {name}") as connection, connection.transaction():
            with connection.cursor(name=name) as cursor:
                cursor.itersize = FETCH_ROWS
                cursor.execute(statement(query), parameters)
                yield from cursor

    def stored_ids(self, event_type: str) -> Iterator[str]:
        """Ids of the stored events of a type, ascending."""
        for (event_id,) in self._stream("stored_ids", "ledger/stored_ids", {"event_type": event_type}):
            yield str(event_id)

    def content_hash(self) -> str:
        """SHA-256 over the facts of all stored events in the order of their ids.

        Left out is what depends on the order or time of arrival (sequence, segments, ingest times,
        offsets) and what is derived from the facts (token estimates, counters).
        """
        digest = hashlib.sha256()
        for (row,) in self._stream("content_rows", "ledger/content_rows"):
            digest.update(bytes(row))  # type: ignore[call-overload]
        return digest.hexdigest()

    def offsets(self) -> dict[tuple[str, int], int]:
        """(Topic, partition) -> first offset that is not stored yet."""
        with self._pool.connection("read its offsets") as connection:
            stored = offsets.stored_offsets(connection, HOP)
            connection.rollback()
        return {(one.topic, one.partition): one.next_offset for one in stored}

    def clear(self) -> None:
        """Empty the store for a rebuild; offsets start at 0 again and whoever claimed them is fenced.

        A worker that reads Kafka from the start afterwards adds what the rebuild did not have, and
        changes nothing that it had.
        """
        with self._pool.connection("empty its tables") as connection, connection.transaction():
            connection.execute(statement("ledger/reset_offsets"), {"hop": HOP})
            connection.execute(statement("ledger/empty_tables"))

    def close(self) -> None:
        """Give back connections."""
        self._pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
