"""What an error of the Neo4j driver means to a caller: gone, refused, or wrong."""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import AuthError, ClientError, DriverError, Forbidden, Neo4jError, TransientError

from workbench.errors import StoreError, StoreRefusedError, StoreUnavailableError

_GONE_CODES = (
    "Neo.ClientError.Transaction.",  # timed out, terminated, lock client stopped: the content is not to blame
    "Neo.ClientError.Database.",  # not there yet, or stopped
    "Neo.ClientError.Schema.ConstraintValidationFailed",  # another writer between the look and the write
    "Neo.ClientError.General.",  # read-only, forbidden on this instance
    "Neo.ClientError.Cluster.",
    "Neo.DatabaseError.",
)


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
    if isinstance(error, TransientError | DriverError):
        return StoreUnavailableError(f"{text}; look at: workbench status")
    if isinstance(error, ClientError):
        code = str(error.code)
        gone = code.startswith(_GONE_CODES)
        return (StoreUnavailableError if gone else StoreRefusedError)(f"{text} ({code})")
    if isinstance(error, Neo4jError):
        return StoreUnavailableError(f"{text} ({error.code}); look at: workbench logs neo4j")
    return StoreRefusedError(f"Neo4j cannot {doing}: a value has no form in Neo4j: {first_line(error)}")


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Re-raise errors of the driver as errors of the workbench.

    Raises
    ------
    StoreUnavailableError
        When Neo4j is gone, slow, or in the way of another transaction.
    StoreRefusedError
        When it refuses the content.
    StoreError
        When it refuses the account.
    """
    try:
        yield
    except (Neo4jError, DriverError, UnicodeEncodeError, OverflowError) as error:
        raise fault_of(error, doing) from error
