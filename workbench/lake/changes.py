"""What each version of a Delta table added, row by row, in an order that never changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import StoreError
from workbench.lake.delta import AddedFile, DeltaLog, delta_errors, open_table
from workbench.settings.schema import ObjectStore


@dataclass(frozen=True, slots=True)
class AddedRows:
    """Consecutive rows that a version added; `first_row` counts within the version."""

    version: int
    first_row: int
    rows: pa.Table


class Changes:
    """The new rows of a table, version by version.

    Compactions add nothing new and are passed over.

    Parameters
    ----------
    store : ObjectStore
    name : str
        Of the lake table.
    columns : sequence of str
        What to read; ``lake_file`` is added.
    """

    def __init__(self, store: ObjectStore, name: str, *, columns: Sequence[str]) -> None:
        self._name = name
        self._columns = list(columns)
        self._log = DeltaLog(store, name)
        self._table = open_table(store, name)

    def latest(self) -> int:
        """The newest version."""
        with delta_errors(f"read lake table {self._name}"):
            self._table.update_incremental()
        return int(self._table.version())

    def row_count(self, version: int) -> int:
        """How many rows a version added."""
        return sum(file.rows for file in self._files(version))

    def added(self, version: int, *, from_row: int = 0, block_rows: int = 100_000) -> Iterator[AddedRows]:
        """The rows that a version added, from a row on, in blocks that begin at multiples of `block_rows`.

        Raises
        ------
        StoreError
            When a file of that version is gone.
        StoreUnavailableError
            When the store does not answer.
        """
        first = 0
        kept: list[pa.Table] = []
        for table in self._tables(version):
            kept.append(table)
            while (have := sum(one.num_rows for one in kept)) >= block_rows:
                whole = pa.concat_tables(kept)
                if first >= from_row:
                    yield AddedRows(version, first, whole.slice(0, block_rows))
                first += block_rows
                kept = [whole.slice(block_rows)] if have > block_rows else []
        if kept and first >= from_row:
            yield AddedRows(version, first, pa.concat_tables(kept))

    def _files(self, version: int) -> list[AddedFile]:
        files = self._log.added(version)
        if files is None:
            raise StoreError(f"commit {version} of lake table {self._name} is not in its log any more")
        return files

    def _tables(self, version: int) -> Iterator[pa.Table]:
        for file in self._files(version):
            with delta_errors(f"read {file.path} of lake table {self._name}"):
                rows = pq.read_table(
                    unquote(file.path), columns=self._columns, filesystem=self._log.files, partitioning=None
                )
            yield rows.append_column("lake_file", pa.repeat(pa.scalar(file.path), rows.num_rows))
