"""A connection that gives up: libpq waits for an answer forever when the server is frozen."""

import select
import traceback
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen

from workbench.database.faults import fault_of
from workbench.settings.schema import PostgreSQL

_Answer = TypeVar("_Answer")

STATEMENT_S = 30.0
"""Seconds for one statement: a batch of a thousand events takes a tenth of one, so 30 means that something hangs."""

SERVER_HEAD_START_S = 0.5
"""The server cancels a statement this much before the client gives up, so that as a rule the connection survives."""


_OPTIONS = (
    "-c statement_timeout={statement_ms} -c idle_in_transaction_session_timeout=120000 -c TimeZone=UTC"
    " -c default_transaction_isolation=read\\ committed"  # every statement after a row lock must see what is newest
)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long to wait for what, in seconds.

    Parameters
    ----------
    connect_s : float
        For a connection; libpq takes whole seconds, at least 2.
    statement_s : float
        For one statement's answer.
    """

    connect_s: float = 10.0
    statement_s: float = STATEMENT_S


class BoundedConnection(psycopg.Connection[tuple[Any, ...]]):
    """A psycopg connection whose every statement ends by a deadline.

    The server's own statement timeout does not help against a server that is stopped, swapped out or
    cut off, so the client counts too. A connection that passed its deadline is closed: the answer that
    may still come must not be taken for that of the next statement.
    """

    statement_s: float = STATEMENT_S

    def wait(self, gen: PQGen[_Answer], interval: float = 0.1, timeout: float | None = None) -> _Answer:
        """Run a driver's generator, but not for longer than the deadline."""
        limit = self.statement_s if timeout is None else timeout
        try:
            return super().wait(gen, interval=interval, timeout=limit)
        except errors._WaitTimeout as error:
            self.close()
            raise psycopg.OperationalError(f"no answer within {limit:g} s") from error

    def is_stale(self) -> bool:
        """Whether the server has hung up, or said something unasked (a shutdown): a system call, no round trip."""
        if self.closed or self.broken:
            return True
        readable, _, _ = select.select([self.fileno()], [], [], 0)
        return bool(readable)


def connect(
    postgresql: PostgreSQL, *, deadlines: Deadlines | None = None, autocommit: bool = False
) -> BoundedConnection:
    """Open one connection.

    Parameters
    ----------
    postgresql : PostgreSQL
        The settings' section.
    deadlines : Deadlines, optional
        By default the settings' time for the connection and 30 s a statement.
    autocommit : bool
        For single reads: saves the two round trips of a transaction.

    Raises
    ------
    StoreUnavailableError
        When the server is gone, not ready, or refuses the account.
    """
    limits = deadlines or Deadlines(connect_s=postgresql.timeout_s)
    statement_ms = max(1, int((limits.statement_s - SERVER_HEAD_START_S) * 1000), int(limits.statement_s * 500))
    try:
        connection = BoundedConnection.connect(
            host=postgresql.host,
            port=postgresql.port,
            dbname=postgresql.database,
            user=postgresql.user,
            password=postgresql.password.get_secret_value() or None,
            sslmode=postgresql.sslmode,
            sslrootcert=str(postgresql.ca_file) if postgresql.ca_file else None,
            connect_timeout=max(2, round(limits.connect_s)),
            application_name="bigdata-workbench",
            options=_OPTIONS.format(statement_ms=statement_ms),
            keepalives_idle=30,
            tcp_user_timeout=int(limits.statement_s * 1000),
            autocommit=autocommit,
        )
    except psycopg.Error as error:
        # The error and its traceback's frames hold each other, and one of them holds the half-open socket: without
        # this it stays open until the next garbage collection, and the server waits a minute for a password.
        traceback.clear_frames(error.__traceback__)
        raise fault_of(error, f"be reached at {postgresql.host}:{postgresql.port}") from error
    connection.statement_s = limits.statement_s
    return connection
