import pytest
from neo4j.exceptions import AuthError, ClientError, DriverError, Neo4jError, ServiceUnavailable

from workbench.errors import StoreError, StoreRefusedError, StoreUnavailableError
from workbench.graph.faults import fault_of, translated


def server_error(code: str) -> Neo4jError:
    return Neo4jError._hydrate_neo4j(code=code, message="first line\nsecond line with a value")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("Neo.ClientError.Statement.TypeError", StoreRefusedError),
        ("Neo.ClientError.Statement.ArgumentError", StoreRefusedError),
        ("Neo.ClientError.Schema.ConstraintValidationFailed", StoreUnavailableError),
        ("Neo.ClientError.Transaction.TransactionTimedOut", StoreUnavailableError),
        ("Neo.ClientError.Database.DatabaseNotFound", StoreUnavailableError),
        ("Neo.TransientError.Transaction.DeadlockDetected", StoreUnavailableError),
        ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", StoreUnavailableError),
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
