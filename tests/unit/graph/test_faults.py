import pytest
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConnectionAcquisitionTimeoutError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
)

from workbench.errors import SinkBackpressureError, StoreError, StoreRefusedError, StoreUnavailableError
from workbench.graph.faults import PAUSES_S, fault_of, translated


def server_error(code: str) -> Neo4jError:
    return Neo4jError._hydrate_neo4j(code=code, message="first line\nsecond line with a value")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Neo.ClientError.Statement.TypeError", StoreRefusedError),
        ("Neo.ClientError.Statement.ArgumentError", StoreRefusedError),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", StoreUnavailableError),
        ("Neo.ClientError.Transaction.TransactionTimedOut", SinkBackpressureError),
        ("Neo.ClientError.Transaction.Terminated", StoreUnavailableError),
        ("Neo.ClientError.Database.DatabaseNotFound", StoreUnavailableError),
        ("Neo.TransientError.Transaction.DeadlockDetected", SinkBackpressureError),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", SinkBackpressureError),
        ("Neo.TransientError.General.DatabaseUnavailable", SinkBackpressureError),
        ("Neo.TransientError.Request.NoThreadsAvailable", SinkBackpressureError),
        ("Neo.TransientError.Transaction.SomethingNew", StoreUnavailableError),
        ("Neo.DatabaseError.General.UnknownError", StoreUnavailableError),
        ("Neo.ClientError.Security.Unauthorized", StoreError),
    ],
)
def test_the_servers_code_decides_what_an_error_means(code: str, kind: type[StoreError]) -> None:
    fault = fault_of(server_error(code), "write a batch")
    assert type(fault) is kind
    assert "write a batch" in str(fault)
    assert "second line" not in str(fault)


def test_a_refused_account_names_the_settings() -> None:
    error = server_error("Neo.ClientError.Security.Unauthorized")
    assert isinstance(error, AuthError | ClientError)
    assert "BIGDATA_NEO4J_PASSWORD" in str(fault_of(error, "answer a ping"))


@pytest.mark.parametrize("error", [ServiceUnavailable("gone"), DriverError("pool")])
def test_a_driver_that_reaches_nobody_is_unavailable_and_keeps_its_cause(error: DriverError) -> None:
    with pytest.raises(StoreUnavailableError) as raised, translated("write a batch"):
        raise error
    assert raised.value.__cause__ is error


def test_a_value_without_a_form_on_the_wire_is_refused() -> None:
    with pytest.raises(StoreRefusedError, match="no form"), translated("write a batch"):
        "\ud800".encode()


@pytest.mark.parametrize("code", PAUSES_S)
def test_a_server_that_has_too_much_to_do_says_for_how_long_and_never_the_same(code: str) -> None:
    pauses = set()
    for _ in range(20):
        fault = fault_of(server_error(code), "write a batch")
        assert isinstance(fault, SinkBackpressureError)
        assert 0.5 * PAUSES_S[code] <= fault.retry_after_s <= 1.5 * PAUSES_S[code]
        pauses.add(fault.retry_after_s)
    assert len(pauses) > 1
    assert code in str(fault)


def test_an_exhausted_pool_is_a_pause_and_no_outage() -> None:
    with pytest.raises(SinkBackpressureError, match="in use") as raised, translated("write a batch"):
        raise ConnectionAcquisitionTimeoutError("no connection within 10 s")
    assert raised.value.retry_after_s > 0


def test_a_value_that_an_index_does_not_take_is_refused_although_neo4j_calls_it_an_internal_error() -> None:
    text = "Property value is too large to index, please see index documentation for limitations. Index: Index( id=3 )"
    error = Neo4jError._hydrate_neo4j(code="Neo.DatabaseError.Statement.ExecutionFailed", message=text)
    assert isinstance(fault_of(error, "write a batch"), StoreRefusedError)
