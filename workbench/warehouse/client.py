"""Talk to ClickHouse over HTTP."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

import clickhouse_connect
import polars as pl
import pyarrow as pa
from clickhouse_connect.driver.external import ExternalData

from workbench.errors import QueryFileError
from workbench.queries import Query, load_query
from workbench.settings import Settings
from workbench.settings.schema import ClickHouse
from workbench.warehouse.faults import warehouse_errors

QUERY_TIMEOUT_S = 60.0
"""A statement that runs longer is given up; the loader's blocks take a fraction of a second."""


def _bound(query: Query, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Values as ClickHouse reads them: times as its own text in UTC, since the driver drops microseconds."""
    if set(parameters) != set(query.parameters):
        raise QueryFileError(
            f"query {query.name} takes {', '.join(query.parameters) or 'no parameters'}, was given"
            f" {', '.join(parameters) or 'none'}"
        )
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        if isinstance(value, datetime):
            precise = f"{{{name}:DateTime64" in query.text
            found[name] = value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S" + (".%f" if precise else ""))
        else:
            found[name] = str(value).lower() if isinstance(value, bool) else value
    return found


class Warehouse:
    """One HTTP session with the warehouse's database.

    Parameters
    ----------
    server : ClickHouse
        The settings' section of that name.
    timeout_s : float, optional
        Seconds to wait for an answer to any statement.
    any_database : bool
        Connect without naming the database, which may not be there yet.
    """

    def __init__(self, server: ClickHouse, *, timeout_s: float = QUERY_TIMEOUT_S, any_database: bool = False) -> None:
        self.address = f"{server.host}:{server.port}"
        with warehouse_errors("connect", self.address):
            self._client = clickhouse_connect.get_client(
                host=server.host,
                port=server.port,
                username=server.user,
                password=server.password.get_secret_value(),
                database="__default__" if any_database else server.database,
                secure=server.secure,
                connect_timeout=min(server.timeout_s, timeout_s),
                send_receive_timeout=timeout_s,
                autogenerate_session_id=False,
                query_retries=1,
            )

    @property
    def version(self) -> str:
        """The server's version."""
        return str(self._client.server_version)

    def frame(self, name: str, /, *, external: Mapping[str, pa.Table] | None = None, **parameters: Any) -> pl.DataFrame:
        """Run a named query of ``queries/warehouse``.

        Parameters
        ----------
        name : str
        external : mapping, optional
            Name -> rows that the query reads as a table of that name.
        **parameters
            By name, as the header declares them; times aware.

        Raises
        ------
        StoreUnavailableError, SinkBackpressureError
            When the server does not answer, or is too busy.
        StoreError
            When it refuses the query.
        """
        query = load_query("warehouse", name)
        with warehouse_errors(f"run query {name}", self.address):
            found = self._client.query_arrow(
                query.text,
                parameters=_bound(query, parameters),
                external_data=_external(external) if external else None,
                use_strings=True,
            )
        frame = pl.from_arrow(found)
        assert isinstance(frame, pl.DataFrame)  # noqa: S101  a table never becomes a Series
        return frame

    def lines(self, name: str, /, **parameters: Any) -> Iterator[str]:
        """Run a query of one text column and give its values without holding all of them."""
        query = load_query("warehouse", name)
        bound = _bound(query, parameters)
        with warehouse_errors(f"run query {name}", self.address):
            with self._client.query_column_block_stream(query.text, parameters=bound) as blocks:
                for block in blocks:
                    yield from block[0]

    def run(self, name: str, /, **parameters: Any) -> None:
        """Run a named statement that answers nothing."""
        query = load_query("warehouse", name)
        with warehouse_errors(f"run statement {name}", self.address):
            self._client.command(query.text, parameters=_bound(query, parameters))

    def insert(self, table: str, rows: pa.Table, *, settings: Mapping[str, Any] | None = None) -> None:
        """Insert rows by column name, in one block.

        Raises
        ------
        StoreUnavailableError
            When the server does not answer; the rows may have arrived.
        StoreError
            When it refuses them; none arrived.
        """
        with warehouse_errors(f"insert {rows.num_rows} rows into {table}", self.address):
            self._client.insert_arrow(table, rows, settings=dict(settings or {}))

    def close(self) -> None:
        """Give back the connection."""
        self._client.close()

    def __enter__(self) -> "Warehouse":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _external(tables: Mapping[str, pa.Table]) -> ExternalData:
    found = ExternalData()
    for name, rows in tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as stream:
            stream.write_table(rows)
        found.add_file(
            file_name=name,
            data=sink.getvalue().to_pybytes(),
            fmt="ArrowStream",
            structure=[f"{field.name} {_external_type(field.type)}" for field in rows.schema],
        )
    return found


def _external_type(kind: pa.DataType) -> str:
    if not pa.types.is_string(kind):
        raise TypeError(f"external columns are text, not {kind}")
    return "String"


def open_warehouse(settings: Settings, *, timeout_s: float = QUERY_TIMEOUT_S) -> Warehouse:
    """A session with the warehouse's database.

    Raises
    ------
    StoreUnavailableError
        When the server does not answer.
    MissingSchemaError
        When the database is not there yet.
    """
    return Warehouse(settings.clickhouse, timeout_s=timeout_s)


def ping(settings: Settings) -> str:
    """One real round trip within three seconds; the server's version.

    Raises
    ------
    StoreUnavailableError
        When it does not answer.
    StoreError
        When it refuses the account.
    """
    limit = min(settings.clickhouse.timeout_s, 3.0)
    with Warehouse(settings.clickhouse, timeout_s=limit, any_database=True) as warehouse:
        return warehouse.version
