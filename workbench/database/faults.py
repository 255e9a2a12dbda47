"""What an error of the driver means to a caller: gone, refused, or wrong.

PostgreSQL's SQLSTATE decides: its first two characters are the class.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from workbench.errors import StoreError, StoreRefusedError, StoreUnavailableError

_GONE_CLASSES = ("08", "25", "28", "40", "53", "55", "57", "58", "XX")
"""Connection, transaction state (read-only after a failover, idle too long), credentials, serialization and
deadlock, resources, lock, operator (shutdown, cancel, starting up), system and internal errors: the content is
not to blame, the same call may succeed later."""

_GONE_STATES = ("3D000", "3F000", "42P01", "42501")
"""No such database, schema or table yet, or no right to it: not ready rather than refused."""

_REFUSED_CLASSES = ("22", "23", "54")
"""Data, integrity and program limits (a key too long for its index): refused whenever it is tried."""

_RACE_STATE = "23505"
"""Unique violation. Every insert leaves out or updates what is stored, so this is another writer between the look
and the insert: the next try sees its row."""

_NEXT_STEP = {
    "28": "check WORKBENCH_POSTGRESQL_USER and WORKBENCH_POSTGRESQL_PASSWORD",
    "42P01": "the schema is not applied; run: workbench up",
    "3D000": "create the database or set WORKBENCH_POSTGRESQL_DATABASE",
}


def first_line(error: BaseException) -> str:
    """The first line of an error's text: the driver's further lines may show values."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def fault_of(error: psycopg.Error | UnicodeEncodeError | OverflowError, doing: str) -> StoreError:
    """The workbench's error for a driver's error.

    Parameters
    ----------
    error : psycopg.Error, UnicodeEncodeError or OverflowError
        The last two come from the driver's conversion of a value, before anything is sent.
    doing : str
        What was tried, for the message, e.g. ``write a batch``.
    """
    if isinstance(error, UnicodeEncodeError):
        return StoreRefusedError(f"PostgreSQL cannot {doing}: the text has a lone surrogate, which UTF-8 cannot hold")
    if isinstance(error, OverflowError):
        return StoreRefusedError(f"PostgreSQL cannot {doing}: a number is out of range, its integers have 64 bits")
    state = error.sqlstate or ""
    step = _NEXT_STEP.get(state) or _NEXT_STEP.get(state[:2])
    text = f"PostgreSQL cannot {doing}: {first_line(error)}"
    if state:
        text += f" ({state})"
    if step:
        text += f"; {step}"
    if state == _RACE_STATE or state.startswith(_GONE_CLASSES) or state in _GONE_STATES:
        return StoreUnavailableError(text)
    if state.startswith(_REFUSED_CLASSES) or (not state and isinstance(error, psycopg.DataError)):
        where = (error.diag.context or "").splitlines()
        return StoreRefusedError(f"{text}; {where[0]}" if where else text)
    if not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return StoreUnavailableError(text)
    return StoreError(text)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn the driver's errors into the workbench's, with what was tried.

    Raises
    ------
    StoreUnavailableError
        When the server is gone, slow, starting, or another writer was in the way.
    StoreRefusedError
        When the content is refused whenever it is tried.
    StoreError
        For anything else.
    """
    try:
        yield
    except (psycopg.Error, UnicodeEncodeError, OverflowError) as error:
        raise fault_of(error, doing) from error
