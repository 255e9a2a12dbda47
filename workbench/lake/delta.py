"""Open, create and read the log of a Delta table; every driver error becomes one of ours."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow.compute as pc
import pyarrow.fs as pa_fs
import pyarrow.parquet as pq
from deltalake import ColumnProperties, DeltaTable, WriterProperties
from deltalake.exceptions import CommitFailedError, DeltaError, SchemaMismatchError, TableNotFoundError
from deltalake.fs import DeltaStorageHandler

from workbench.errors import FencedError, StoreError, StoreUnavailableError
from workbench.lake.bucket import BucketObjects
from workbench.lake.layout import table_uri
from workbench.lake.schema import TABLES, LakeTable
from workbench.lake.storage import folder_of, is_folder, root_of, storage_options
from workbench.settings.schema import ObjectStore

ZSTD_LEVEL = 1
"""Level 3 is 4 % smaller on our envelopes and takes a third longer to write; compaction uses `COMPACT_LEVEL`."""

COMPACT_LEVEL = 3

_SAME_APPLICATION = "Concurrent transaction failed"
"""How delta-rs says that somebody else committed for one of our application ids after our snapshot."""

CONFIGURATION = {
    "delta.enableExpiredLogCleanup": "false",  # the warehouse loads version by version: none may vanish unread
    "delta.checkpointInterval": "50",
}


class MissingTableError(StoreError):
    """A table of the lake is not there yet: nothing was ever written to it."""


@contextmanager
def delta_errors(what: str) -> Iterator[None]:
    """Map what deltalake and its object store raise.

    Parameters
    ----------
    what : str
        What was done, for the message, e.g. ``append to lake table events``.
    """
    try:
        yield
    except TableNotFoundError as error:
        raise MissingTableError(f"cannot {what}: the table is not there yet; run the lake worker first") from error
    except CommitFailedError as error:
        if _SAME_APPLICATION in str(error):
            raise FencedError(f"cannot {what}: another worker has moved this topic partition") from error
        raise StoreUnavailableError(f"cannot {what}: {error}; it will be tried again") from error
    except SchemaMismatchError as error:
        raise StoreError(f"cannot {what}: the table has other columns than this program writes: {error}") from error
    except FileNotFoundError as error:
        raise StoreError(f"cannot {what}: a file of the table is gone: {error}") from error
    except (DeltaError, OSError) as error:
        raise StoreUnavailableError(f"cannot {what}: {str(error).splitlines()[0]}") from error


def writer_properties(table: LakeTable, *, level: int = ZSTD_LEVEL) -> WriterProperties:
    """ZSTD everywhere (deltalake's own default is Snappy), no dictionaries where values hardly repeat."""
    return WriterProperties(
        compression="ZSTD",
        compression_level=level,
        column_properties={name: ColumnProperties(dictionary_enabled=False) for name in table.incompressible},
    )


def open_table(store: ObjectStore, name: str, *, version: int | None = None) -> DeltaTable:
    """A table as it is now, or as it was at a version.

    Raises
    ------
    MissingTableError
        When nothing was ever written to it.
    StoreUnavailableError
        When the store does not answer.
    """
    with delta_errors(f"read lake table {name}"):
        return DeltaTable(
            table_uri(root_of(store), name), version=version, storage_options=storage_options(store) or None
        )


def create_table(store: ObjectStore, table: LakeTable) -> DeltaTable:
    """The table, made with its bucket or folder when it is not there."""
    uri = table_uri(root_of(store), table.name)
    try:
        return open_table(store, table.name)
    except MissingTableError:
        pass
    if is_folder(store):
        with delta_errors(f"make the folder of lake table {table.name}"):
            (folder_of(store) / "tables").mkdir(parents=True, exist_ok=True)
    else:
        BucketObjects(store).ensure_bucket()
    with delta_errors(f"create lake table {table.name}"):
        DeltaTable.create(
            uri,
            schema=table.schema,
            mode="ignore",
            partition_by=list(table.partition_by),
            name=table.name,
            configuration=dict(CONFIGURATION),
            storage_options=storage_options(store) or None,
        )
    return open_table(store, table.name)


def create_tables(store: ObjectStore) -> dict[str, DeltaTable]:
    """Every table of the lake, made where it is missing; idempotent."""
    return {name: create_table(store, table) for name, table in TABLES.items()}


@dataclass(frozen=True, slots=True)
class AddedFile:
    """A data file that a commit added.

    Parameters
    ----------
    path : str
        Relative to the table, as the log writes it (quoted).
    rows : int
    size_bytes : int
    partition : dict
        Partition column -> value as text.
    """

    path: str
    rows: int
    size_bytes: int
    partition: dict[str, str | None]


class DeltaLog:
    """A table's transaction log, read as the Delta protocol describes it.

    deltalake answers for one application id or the newest snapshot only; the loader needs what each
    single commit added, the ledger every application id.
    """

    def __init__(self, store: ObjectStore, name: str) -> None:
        self._name = name
        self._files = pa_fs.PyFileSystem(
            DeltaStorageHandler(table_uri(root_of(store), name), storage_options(store) or None)
        )

    @property
    def files(self) -> pa_fs.FileSystem:
        """The table's folder."""
        return self._files

    def actions(self, version: int) -> list[dict[str, object]] | None:
        """The actions of one commit; None when that version is not in the log."""
        try:
            with delta_errors(f"read commit {version} of lake table {self._name}"):
                with self._files.open_input_stream(f"_delta_log/{version:020d}.json") as stream:
                    return [json.loads(line) for line in stream.read().splitlines() if line.strip()]
        except StoreError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise

    def added(self, version: int) -> list[AddedFile] | None:
        """Files that a commit added *with new data*, by path; empty for a compaction, None beyond the log."""
        found = self.actions(version)
        if found is None:
            return None
        adds = [action["add"] for action in found if "add" in action]
        files = [
            AddedFile(
                path=add["path"],
                rows=json.loads(add["stats"])["numRecords"],
                size_bytes=add["size"],
                partition=add["partitionValues"],
            )
            for add in adds
            if isinstance(add, dict) and add.get("dataChange", True)
        ]
        return sorted(files, key=lambda file: file.path)

    def transactions(self, version: int) -> dict[str, tuple[int, int]]:
        """Every application id with its version and the time (ms) of its last commit, as of a table version."""
        found: dict[str, tuple[int, int]] = {}
        first = 0
        checkpoint = self._checkpoint(version)
        if checkpoint is not None:
            first = checkpoint + 1
            path = f"_delta_log/{checkpoint:020d}.checkpoint.parquet"
            with delta_errors(f"read checkpoint {checkpoint} of lake table {self._name}"):
                rows = pq.read_table(path, columns=["txn"], filesystem=self._files)["txn"]
            for txn in pc.drop_null(rows).to_pylist():
                if txn["appId"] is not None:
                    found[txn["appId"]] = (txn["version"], txn.get("lastUpdated") or 0)
        for one in range(first, version + 1):
            for action in self.actions(one) or []:
                txn = action.get("txn")
                if isinstance(txn, dict):
                    found[txn["appId"]] = (txn["version"], txn.get("lastUpdated") or 0)
        return found

    def _checkpoint(self, version: int) -> int | None:
        try:
            with self._files.open_input_stream("_delta_log/_last_checkpoint") as stream:
                last = json.loads(stream.read())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailableError(f"the log of lake table {self._name} cannot be read: {error}") from error
        return int(last["version"]) if last["version"] <= version and not last.get("parts") else None
