"""Connections to Neo4j, with deadlines and a bounded pool."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, LiteralString

from neo4j import Driver, GraphDatabase, NotificationMinimumSeverity, Query, Session
from neo4j.exceptions import ConfigurationError

from workbench.errors import SettingsError
from workbench.graph.faults import translated
from workbench.queries import load_query
from workbench.settings.schema import Settings

PING_TIMEOUT_S = 2.0
"""A probe asks often: a server that needs longer for one constant is not well."""

POOL_SIZE = 8
"""Connections per process: a sink needs one, an API's handlers a few; more would take the server's Bolt threads."""

RETRY_S = 3.0
"""Seconds after which deadlocks are over; a server that is gone is the breaker's business, not the driver's."""

_FIRST_RETRY_S = 0.05  # a deadlock is over in milliseconds; the driver's own first wait of a second is ten batches long
_IDLE_CHECK_S = 30.0  # an older idle connection is checked before it is used: the server may have been restarted


def open_driver(settings: Settings, *, timeout_s: float | None = None, retry_s: float = RETRY_S) -> Driver:
    """A driver for the settings' address; nothing is contacted yet. It is a context manager.

    Parameters
    ----------
    settings : Settings
    timeout_s : float, optional
        Seconds to wait for a connection; default ``neo4j.timeout_s``.
    retry_s : float
        Seconds for which a transaction that fails for now is tried again.

    Raises
    ------
    SettingsError
        When the address is none.
    """
    section = settings.neo4j
    limit = section.timeout_s if timeout_s is None else timeout_s
    try:
        return GraphDatabase.driver(
            section.uri,
            auth=(section.username, section.password.get_secret_value()),
            connection_timeout=limit,
            connection_write_timeout=limit,
            connection_acquisition_timeout=limit,
            max_transaction_retry_time=min(limit, retry_s),
            initial_retry_delay=_FIRST_RETRY_S,
            max_connection_pool_size=POOL_SIZE,
            liveness_check_timeout=_IDLE_CHECK_S,
            notifications_min_severity=NotificationMinimumSeverity.OFF,
            telemetry_disabled=True,
        )
    except (ConfigurationError, ValueError) as error:
        raise SettingsError(f"BIGDATA_NEO4J_URI is {section.uri!r}: {error}") from error


@contextmanager
def open_session(driver: Driver, settings: Settings, doing: str) -> Iterator[Session]:
    """A session on the settings' database; errors inside become errors of the workbench.

    Parameters
    ----------
    driver : Driver
    settings : Settings
    doing : str
        What is done, for an error's message, e.g. ``read tallies``.
    """
    with translated(doing), driver.session(database=settings.neo4j.database) as session:
        yield session


def query_text(name: str) -> LiteralString:
    """The text of a query file under ``queries/graph``; texts are never formatted, so they count as literal."""
    text: LiteralString = load_query("graph", name).text
    return text


def rows_of(
    session: Session, name: str, *, timeout_s: float | None = None, **parameters: Any
) -> Iterator[dict[str, Any]]:
    """Rows of a read query, one by one.

    Parameters
    ----------
    session : Session
    name : str
        The query file's name.
    timeout_s : float, optional
        Seconds after which the server ends the query.
    **parameters
        The query's parameters.
    """
    for record in session.run(Query(query_text(name), timeout=timeout_s), parameters):
        yield record.data()


def ping(settings: Settings) -> str:
    """One real query; gives the server's version and edition.

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer within about two seconds.
    StoreError
        When it refuses the account.
    """
    limit = min(PING_TIMEOUT_S, settings.neo4j.timeout_s)
    with open_driver(settings, timeout_s=limit) as driver, open_session(driver, settings, "answer a ping") as session:
        row = next(rows_of(session, "server/version", timeout_s=limit))
        return f"Neo4j {row['version']} {row['edition']}"
