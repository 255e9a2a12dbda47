"""The outbox's SQLite database: connections, transactions, and its errors in our words.

Every thread has its own connection; write-ahead logging lets readers go on while one writes, in this
process or another.
"""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.errors import StoreError, StoreUnavailableError
from workbench.queries import load_query, query_names

BUSY_TIMEOUT_S = 120.0
"""Seconds to wait for another process's write lock. A process frozen (SIGSTOP) inside a transaction
holds it until it is thawed; less than a freeze lasts, and appending fails during every freeze."""

CACHE_KIB = 64 * 1024
"""Page cache per connection, filled as needed. Event ids are random: where the index of ids does not fit,
an append reads the disk for each event."""

CHECKPOINT_PAGES = 16_000
"""Pages (64 MB) of write-ahead log before they are folded into the file. Random ids touch many pages of the
index: at SQLite's own 1,000, each is written and synced again and again, and appending takes twice as long."""


class OutboxDatabase:
    """Connections to one outbox file, one per thread.

    Parameters
    ----------
    path : Path
        Database file; its folder is made, readable by its owner only.

    Raises
    ------
    StoreUnavailableError
        When the disk is full or the file is locked for longer than `BUSY_TIMEOUT_S`.
    StoreError
        When the file is not an outbox or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._opened_lock = threading.Lock()
        self._sql = {name: load_query("outbox", name).text for name in query_names("outbox")}
        with self._errors():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Creating the file ourselves sets its mode, which -wal and -shm then copy. Switching a file to
            # write-ahead logging does not wait for other connections, so openers take turns.
            with os.fdopen(os.open(path.with_suffix(".opening"), os.O_RDWR | os.O_CREAT, 0o600)) as turn:
                fcntl.flock(turn, fcntl.LOCK_EX)
                os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
                connection = self._connection()
                for name in query_names("outbox", "schema"):
                    connection.executescript(self._sql[name])

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False, cached_statements=64
            )
            with self._opened_lock:
                self._opened.append(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            # Safe against a killed process; a power cut may lose the last transactions, never corrupt.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
            self._local.connection = connection
        return connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorname", "") or ""
            if code.startswith("SQLITE_FULL"):
                raise StoreUnavailableError(
                    f"the outbox's disk is full ({self.path}); nothing was taken in: free some space and send again"
                ) from error
            if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_IOERR")):
                raise StoreUnavailableError(
                    f"the outbox {self.path} cannot be written now ({error}); nothing was taken in: send again"
                ) from error
            raise StoreError(f"the outbox {self.path} failed: {error}; check the file and its folder") from error
        except OSError as error:
            raise StoreUnavailableError(
                f"the outbox's folder {self.path.parent} cannot be written: {error.strerror};"
                " free some space, or let this user write there"
            ) from error

    @contextmanager
    def write(self) -> Iterator["Statements"]:
        """One write transaction: committed at the end, rolled back on any error."""
        with self._errors():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Statements(connection, self._sql)
                connection.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back already; a second rollback is then an error of its own.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._errors():
            return self._connection().execute(self._sql[query], parameters or {}).fetchall()

    def stream(self, query: str, parameters: Mapping[str, Any] | None = None) -> Generator[tuple[Any, ...], None, None]:
        """Rows of a query, a few at a time; sees the state at its first row."""
        with self._errors():
            cursor = self._connection().execute(self._sql[query], parameters or {})
            try:
                yield from cursor
            finally:
                cursor.close()

    def close(self) -> None:
        """Close every thread's connection."""
        with self._opened_lock:
            for connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()


class Statements:
    """The query files, run inside one write transaction."""

    __slots__ = ("_connection", "_sql")

    def __init__(self, connection: sqlite3.Connection, sql: Mapping[str, str]) -> None:
        self._connection = connection
        self._sql = sql

    def run(self, query: str, parameters: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Run a statement to its end; its first row, or None when it gives none."""
        found: list[tuple[Any, ...]] = self._connection.execute(self._sql[query], parameters).fetchall()
        return found[0] if found else None

    def run_many(self, query: str, parameters: Iterable[Mapping[str, Any]]) -> None:
        """Run a statement that gives no rows once per set of parameters."""
        self._connection.executemany(self._sql[query], parameters)
