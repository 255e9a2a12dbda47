"""Connections for many threads, and the probe.

``psycopg_pool`` is not used: with the server gone its callers wait for the pool's whole timeout while a
background thread tries again with growing pauses, up to minutes. Here the caller's own thread connects,
so it has the server's own words at once, and the first call after the server's return succeeds.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from workbench.database.connection import BoundedConnection, Deadlines, connect
from workbench.database.faults import translated
from workbench.database.statements import statement
from workbench.errors import StoreUnavailableError
from workbench.settings.schema import PostgreSQL, Settings

POOL_SIZE = 8
"""Connections of one process. PostgreSQL allows 100 by default and spends some megabytes on each; two or three
busy ones keep two cores at work, so more callers than this are better off waiting here."""

PROBE_DEADLINES = Deadlines(connect_s=2.0, statement_s=2.0)
"""A health probe must answer soon, also about a server that does not."""


class ConnectionPool:
    """Up to `size` connections, opened when needed, handed out last in first out.

    Parameters
    ----------
    postgresql : PostgreSQL
        The settings' section.
    size : int
        Most connections at one time.
    deadlines : Deadlines, optional
        For connecting and for each statement; waiting for a free connection is bounded by `connect_s`.
    autocommit : bool
        Whether each statement is a transaction of its own.
    """

    def __init__(
        self,
        postgresql: PostgreSQL,
        *,
        size: int = POOL_SIZE,
        deadlines: Deadlines | None = None,
        autocommit: bool = False,
    ) -> None:
        self._postgresql = postgresql
        self._deadlines = deadlines or Deadlines(connect_s=postgresql.timeout_s)
        self._autocommit = autocommit
        self._size = size
        self._free = threading.BoundedSemaphore(size)
        self._idle: deque[BoundedConnection] = deque()
        self._closed = False

    def _take(self) -> BoundedConnection:
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was quicker
                break
            if not connection.is_stale():
                return connection
            connection.close()
        return connect(self._postgresql, deadlines=self._deadlines, autocommit=self._autocommit)

    @contextmanager
    def connection(self, doing: str = "answer") -> Iterator[BoundedConnection]:
        """A connection for the time of the block.

        On leaving, an open transaction is rolled back; a broken connection is dropped.

        Parameters
        ----------
        doing : str
            What it is for; part of the message when it fails.

        Raises
        ------
        StoreUnavailableError, StoreRefusedError, StoreError
            The driver's errors inside the block, translated; also when no connection gets free in time.
        """
        if self._closed:
            raise StoreUnavailableError("the pool of PostgreSQL connections is closed")
        if not self._free.acquire(timeout=self._deadlines.connect_s):
            raise StoreUnavailableError(
                f"all {self._size} PostgreSQL connections were busy for {self._deadlines.connect_s:g} s; try again"
            )
        try:
            with translated(doing):
                connection = self._take()
                try:
                    yield connection
                finally:
                    self._give_back(connection)
        finally:
            self._free.release()

    def _give_back(self, connection: BoundedConnection) -> None:
        if not connection.closed and connection.info.transaction_status != 0:
            connection.close()  # left inside a transaction: closing rolls it back, whatever state it is in
        if connection.closed or connection.broken or self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def close(self) -> None:
        """Close what is idle now and what is given back later."""
        self._closed = True
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_pool(settings: Settings, *, size: int = POOL_SIZE, autocommit: bool = False) -> ConnectionPool:
    """A pool by the settings; nothing is contacted yet.

    Parameters
    ----------
    settings : Settings
    size : int
        Most connections at one time.
    autocommit : bool
        Whether each statement is a transaction of its own.
    """
    return ConnectionPool(settings.postgresql, size=size, autocommit=autocommit)


def ping(settings: Settings) -> str:
    """One real, cheap round trip on a fresh connection.

    Returns
    -------
    str
        The server's version, e.g. ``18.6``.

    Raises
    ------
    StoreUnavailableError
        When the server does not answer within about two seconds.
    """
    with connect(settings.postgresql, deadlines=PROBE_DEADLINES, autocommit=True) as connection:
        with translated("tell its version"):
            row = connection.execute(statement("server_version")).fetchone()
    if row is None:
        raise StoreUnavailableError("PostgreSQL gave no answer to the question for its version")
    return str(row[0])
