"""What the driver's errors become, from the driver's own classes by SQLSTATE."""

import psycopg
import pytest
from psycopg import errors

from workbench.database.faults import fault_of, translated
from workbench.errors import StoreError, StoreRefusedError, StoreUnavailableError


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("08006", StoreUnavailableError),  # connection failure
        ("57P01", StoreUnavailableError),  # admin shutdown
        ("57P03", StoreUnavailableError),  # starting up
        ("57014", StoreUnavailableError),  # statement timeout
        ("40001", StoreUnavailableError),  # serialization failure
        ("40P01", StoreUnavailableError),  # deadlock
        ("55P03", StoreUnavailableError),  # lock not available
        ("53300", StoreUnavailableError),  # too many connections
        ("53100", StoreUnavailableError),  # disk full
        ("25006", StoreUnavailableError),  # read-only after a failover
        ("28P01", StoreUnavailableError),  # wrong password
        ("42P01", StoreUnavailableError),  # no table yet
        ("23505", StoreUnavailableError),  # another writer was quicker
        ("22021", StoreRefusedError),  # bytes that are not UTF-8
        ("22003", StoreRefusedError),  # number out of range
        ("23514", StoreRefusedError),  # a check constraint
        ("54000", StoreRefusedError),  # a key too long for its index
        ("42601", StoreError),  # syntax: our own mistake
    ],
)
def test_sqlstate_decides(sqlstate: str, kind: type[StoreError]) -> None:
    fault = fault_of(errors.lookup(sqlstate)("what the server said\nwith a value"), "write a batch")
    assert type(fault) is kind
    assert str(fault).startswith(f"PostgreSQL cannot write a batch: what the server said ({sqlstate})")
    assert "with a value" not in str(fault)


def test_a_lost_connection_has_no_sqlstate_and_is_unavailability() -> None:
    fault = fault_of(psycopg.OperationalError("server closed the connection unexpectedly"), "write")
    assert type(fault) is StoreUnavailableError


def test_what_the_driver_itself_cannot_send_is_refused() -> None:
    fault = fault_of(psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes"), "write")
    assert type(fault) is StoreRefusedError


def test_a_wrong_password_says_what_to_set() -> None:
    fault = fault_of(errors.lookup("28P01")("password authentication failed"), "be reached")
    assert "WORKBENCH_POSTGRESQL_PASSWORD" in str(fault)


def test_the_cause_is_kept() -> None:
    with pytest.raises(StoreRefusedError) as caught, translated("write"):
        "\ud800".encode()
    assert isinstance(caught.value.__cause__, UnicodeEncodeError)
    assert "lone surrogate" in str(caught.value)
