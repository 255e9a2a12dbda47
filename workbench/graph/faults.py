"""What an error of the Neo4j driver means to a caller: gone, asking for a pause, refused, or wrong."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConnectionPoolError,
    DriverError,
    Forbidden,
    Neo4jError,
    TransientError,
)

from workbench.errors import SinkBackpressureError, StoreError, StoreRefusedError, StoreUnavailableError

PAUSES_S: dict[str, float] = {
    "Neo.TransientError.Transaction.DeadlockDetected": 0.3,  # the driver's own tries met one each: others write, too
    "Neo.TransientError.Transaction.LockAcquisitionTimeout": 1.0,
    "Neo.TransientError.Transaction.MaximumTransactionLimitReached": 1.0,
    "Neo.TransientError.Request.NoThreadsAvailable": 0.5,
    "Neo.TransientError.Request.ResourceExhaustion": 1.0,
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": 1.0,
    "Neo.TransientError.General.OutOfMemoryError": 2.0,
    "Neo.TransientError.General.StackOverFlowError": 1.0,
    "Neo.TransientError.General.DatabaseUnavailable": 2.0,  # it starts, recovers, or was stopped for a moment
    "Neo.TransientError.Database.DatabaseUnavailable": 2.0,
    "Neo.ClientError.Transaction.TransactionTimedOut": 1.0,
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration": 1.0,
}
"""Code of a server that is there and has too much to do -> seconds to leave it alone. A smaller batch helps, and
the breaker stays closed: the server answers."""

_chance = random.random

POOL_PAUSE_S = 0.5
"""Seconds to wait for a connection of this process's own pool, all of which are in use."""

_GONE_CODES = (
    "Neo.ClientError.Transaction.",  # timed out, terminated, lock client stopped: the content is not to blame
    "Neo.ClientError.Database.",  # not there yet, or stopped
    "Neo.ClientError.Schema.ConstraintValidationFailed",  # another writer between the look and the write
    "Neo.ClientError.General.",  # read-only, forbidden on this instance
    "Neo.ClientError.Cluster.",
    "Neo.DatabaseError.",
)

_TOO_LARGE = "Property value is too large to index"
"""Neo4j calls it an internal error, with a code that it shares with true ones; yet no other try will help."""


def first_line(error: BaseException) -> str:
    """The first line of an error's text; further lines may show values."""
    lines = str(error).strip().splitlines()
    return lines[0][:300].rstrip(":") if lines else type(error).__name__


def fault_of(error: Exception, doing: str) -> StoreError:
    """The workbench's error for an error of the driver.

    Parameters
    ----------
    error : Exception
        A driver's error, or a value that has no form on the wire (a lone surrogate, an integer above 64 bits).
    doing : str
        What was tried, e.g. ``write a batch``.
    """
    text = f"Neo4j cannot {doing}: {first_line(error)}"
    if isinstance(error, AuthError | Forbidden):
        return StoreError(f"{text}; check BIGDATA_NEO4J_USERNAME and BIGDATA_NEO4J_PASSWORD, then try again")
    if isinstance(error, Neo4jError) and _TOO_LARGE in str(error):
        return StoreRefusedError(f"{text} ({error.code}); shorten it, or drop the index, then replay the dead letter")
    if isinstance(error, ConnectionPoolError):
        return _pause(f"{text}; all connections of this process are in use", POOL_PAUSE_S)
    if isinstance(error, Neo4jError) and (pause_s := PAUSES_S.get(str(error.code))) is not None:
        return _pause(f"{text} ({error.code})", pause_s)
    if isinstance(error, TransientError | DriverError):
        return StoreUnavailableError(f"{text}; look at: workbench status")
    if isinstance(error, ClientError):
        code = str(error.code)
        gone = code.startswith(_GONE_CODES)
        return (StoreUnavailableError if gone else StoreRefusedError)(f"{text} ({code})")
    if isinstance(error, Neo4jError):
        return StoreUnavailableError(f"{text} ({error.code}); look at: workbench logs neo4j")
    return StoreRefusedError(f"Neo4j cannot {doing}: a value has no form in Neo4j: {first_line(error)}")


def _pause(text: str, seconds: float) -> SinkBackpressureError:
    """A pause that is never the same for two writers: together they met, together they would meet again."""
    return SinkBackpressureError(text, retry_after_s=seconds * (0.5 + _chance()))


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Re-raise errors of the driver as errors of the workbench.

    Raises
    ------
    SinkBackpressureError
        When Neo4j is there and has no connection, memory or lock to give; it says for how long.
    StoreUnavailableError
        When it is gone.
    StoreRefusedError
        When it refuses the content.
    StoreError
        When it refuses the account.
    """
    try:
        yield
    except (Neo4jError, DriverError, UnicodeEncodeError, OverflowError) as error:
        raise fault_of(error, doing) from error
