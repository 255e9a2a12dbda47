"""The outbox's own probe: can it be written, and how much waits for Kafka?"""

import sqlite3
from datetime import datetime

from workbench.clock import Clock, utc_now
from workbench.resilience.outbox import Outbox


class OutboxWatch:
    """Looks at the outbox; what it saw is read without touching the database.

    Parameters
    ----------
    outbox : Outbox
    clock : callable
    """

    def __init__(self, outbox: Outbox, *, clock: Clock = utc_now) -> None:
        self._outbox = outbox
        self._clock = clock
        self._seen: tuple[int, float, datetime] | None = None

    def check(self) -> str:
        """A write transaction that changes nothing, and a look at the backlog; SQLite's version.

        Raises
        ------
        StoreError
            When the outbox cannot be written.
        """
        self._outbox.receipt("extraction", "message.added", (), reason="probe")  # takes and gives the write lock
        found = self._outbox.backlog()
        self._seen = (found.count, found.oldest_age_s, self._clock())
        return f"SQLite {sqlite3.sqlite_version}"

    def backlog(self) -> tuple[int, float] | None:
        """Events that wait, and the age of the oldest in seconds, grown by the time since the look."""
        seen = self._seen
        if seen is None:
            return None
        count, age_s, at = seen
        return count, age_s + (self._clock() - at).total_seconds() if count else 0.0
