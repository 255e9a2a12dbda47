"""Every error of ClickHouse's driver as one of ours, with the reason in few words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError

from workbench.errors import SinkBackpressureError, StoreError, StoreUnavailableError

_CODE = re.compile(r"\b[Cc]ode:? (\d+)")
_BUSY = {
    "159",  # TIMEOUT_EXCEEDED
    "202",  # TOO_MANY_SIMULTANEOUS_QUERIES
    "241",  # MEMORY_LIMIT_EXCEEDED
    "243",  # NOT_ENOUGH_SPACE
    "252",  # TOO_MANY_PARTS
}
_REFUSED_KEYS = {"192", "193", "194", "516"}
_MISSING = {"60", "81"}


class MissingSchemaError(StoreError):
    """The warehouse's database or a table is not there yet."""


def _system_reason(error: BaseException) -> str:
    """What the operating system said, deep under the driver's and two libraries' words; empty when it said nothing."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, OSError) and found.errno is not None:
            return str(found.strerror)
        reason = next((one for one in found.args if isinstance(one, BaseException)), None)
        found = found.__cause__ or found.__context__ or reason or getattr(found, "reason", None)
    return ""


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:500]


@contextmanager
def warehouse_errors(what: str, address: str) -> Iterator[None]:
    """Map what clickhouse_connect raises.

    Parameters
    ----------
    what : str
        What was done, for the message.
    address : str
        The server's host and port.
    """
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailableError(
            f"ClickHouse at {address} does not answer: {_system_reason(error) or _first_line(error)};"
            " see: workbench status"
        ) from error
    except (DatabaseError, ClickHouseError) as error:
        found = _CODE.search(str(error))
        code = found.group(1) if found else ""
        if code in _BUSY:
            raise SinkBackpressureError(f"ClickHouse at {address} is busy: {_first_line(error)}") from error
        if code in _MISSING:
            raise MissingSchemaError(
                f"cannot {what}: {_first_line(error)}; start: workbench worker warehouse"
            ) from error
        if code in _REFUSED_KEYS:
            raise StoreError(
                f"ClickHouse at {address} refuses the account; check BIGDATA_CLICKHOUSE_USER and _PASSWORD"
            ) from error
        raise StoreError(f"cannot {what}: {_first_line(error)}") from error
    except (OSError, TimeoutError) as error:
        raise StoreUnavailableError(f"ClickHouse at {address} does not answer: {_first_line(error)}") from error
