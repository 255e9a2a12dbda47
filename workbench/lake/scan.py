"""Ask the lake with DuckDB, by named query; Polars frames out.

DuckDB 2.0 has no Delta extension to load offline, so it reads through each table's Arrow dataset, which
prunes files by partition and statistics (see ``docs/adr/0003-delta.md``).
"""

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable

from workbench.errors import StoreError, StoreUnavailableError
from workbench.lake.delta import MissingTableError, delta_errors, open_table
from workbench.lake.schema import TABLES
from workbench.queries import load_query
from workbench.settings import Settings

MEMORY_LIMIT = "1GB"
"""Beyond this DuckDB spills to its temporary folder."""


class LakeScan:
    """Named queries of ``queries/lake`` over one snapshot of every table.

    A table that nothing was written to yet is there, without rows.

    Parameters
    ----------
    settings : Settings
    versions : mapping, optional
        Table -> Delta version to read instead of the newest.
    """

    def __init__(self, settings: Settings, *, versions: Mapping[str, int] | None = None) -> None:
        self._store = settings.object_store
        self._versions = dict(versions or {})
        self._tables: dict[str, DeltaTable | None] = {}
        self._connection = duckdb.connect(":memory:", config={"memory_limit": MEMORY_LIMIT})
        self._registered: set[str] = set()

    def table(self, name: str) -> DeltaTable | None:
        """The Delta table at this scan's snapshot; None when nothing was ever written to it."""
        if name not in self._tables:
            try:
                self._tables[name] = open_table(self._store, name, version=self._versions.get(name))
            except MissingTableError:
                self._tables[name] = None
        return self._tables[name]

    def _register(self, text: str) -> None:
        for name, declared in TABLES.items():
            if name in text and name not in self._registered:
                table = self.table(name)
                with delta_errors(f"read lake table {name}"):
                    source = declared.schema.empty_table() if table is None else table.to_pyarrow_dataset()
                self._connection.register(name, source)
                self._registered.add(name)

    def _execute(self, name: str, parameters: Mapping[str, Any]) -> Any:
        query = load_query("lake", name)
        self._register(query.text)
        try:
            return self._connection.sql(query.text, params=dict(parameters) or None)
        except duckdb.Error as error:
            raise StoreError(f"lake query {name} failed: {str(error).splitlines()[0]}") from error
        except OSError as error:
            raise StoreUnavailableError(f"lake query {name} cannot read: {error}") from error

    def frame(self, name: str, /, **parameters: Any) -> pl.DataFrame:
        """Run a query.

        Parameters
        ----------
        name : str
            File name under ``queries/lake`` without its suffix; its header tells the columns.
        **parameters
            By name, as the header declares them.

        Raises
        ------
        QueryFileError
            When there is no such query.
        StoreError
            When DuckDB refuses it.
        StoreUnavailableError
            When the store does not answer.
        """
        try:
            found = pl.from_arrow(self._execute(name, parameters).to_arrow_table())
        except duckdb.Error as error:
            raise StoreError(f"lake query {name} failed: {str(error).splitlines()[0]}") from error
        except OSError as error:
            raise StoreUnavailableError(f"lake query {name} cannot read: {error}") from error
        assert isinstance(found, pl.DataFrame)  # noqa: S101  a table never becomes a Series
        return found

    def batches(self, name: str, /, *, rows: int = 10_000, **parameters: Any) -> Iterator[pa.RecordBatch]:
        """Run a query and give its rows in batches, without holding all of them."""
        try:
            yield from self._execute(name, parameters).to_arrow_reader(rows)
        except duckdb.Error as error:
            raise StoreError(f"lake query {name} failed: {str(error).splitlines()[0]}") from error
        except OSError as error:
            raise StoreUnavailableError(f"lake query {name} cannot read: {error}") from error

    def close(self) -> None:
        """Give back the connection and its memory."""
        self._connection.close()

    def __enter__(self) -> "LakeScan":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
