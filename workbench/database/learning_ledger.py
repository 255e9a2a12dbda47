"""What the learner has taken and made of it, for reconciliation and rebuild."""

import hashlib
from collections.abc import Iterator

from workbench.database import offsets
from workbench.database.ledger import ContextLedger
from workbench.database.statements import statement
from workbench.events.tally import Tally
from workbench.events.topics import Hop

HOP: Hop = "learning"


class LearningLedger(ContextLedger):
    """Counts, ids, offsets and a content hash of cross-session learning; a context manager.

    Parameters
    ----------
    settings : Settings
    """

    def tallies(self) -> dict[str, Tally]:
        """Event type -> tally of the events taken."""
        with self._pool.connection("count what was learned from") as connection:
            rows = connection.execute(statement("learning/tallies")).fetchall()
            connection.rollback()
        return {name: Tally(int(count), int(checksum)) for name, count, checksum in rows}

    def stored_ids(self, event_type: str) -> Iterator[str]:
        """Ids of the events of a type, ascending."""
        for (event_id,) in self._stream("stored_ids", "learning/stored_ids", {"event_type": event_type}):
            yield str(event_id)

    def content_hash(self) -> str:
        """SHA-256 over profiles and patterns; when they were learned does not count, nor which insights were told."""
        digest = hashlib.sha256()
        for (fact,) in self._stream("learning_rows", "learning/content_rows"):
            digest.update(str(fact).encode())
            digest.update(b"\n")
        return digest.hexdigest()

    def offsets(self) -> dict[tuple[str, int], int]:
        """(Topic, partition) -> first offset that was not taken yet."""
        with self._pool.connection("read its offsets") as connection:
            stored = offsets.stored_offsets(connection, HOP)
            connection.rollback()
        return {(one.topic, one.partition): one.next_offset for one in stored}

    def clear(self) -> None:
        """Empty what is made from events; insights that were told stay told."""
        with self._pool.connection("empty its tables") as connection, connection.transaction():
            connection.execute(statement("ledger/reset_offsets"), {"hop": HOP})
            connection.execute(statement("learning/empty_tables"))
