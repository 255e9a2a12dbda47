"""Append to a Delta table exactly once, offsets in the same commit.

Each topic partition has an application id (`layout.app_id`); its version in the table is the first
offset that the table does not have. A commit is made from the snapshot on which that version was
checked: when somebody else has committed for the same application id since, Delta refuses ours, and
that is the fence. A commit for other application ids, or a compaction, does not disturb.
"""

import time
from collections.abc import Callable, Mapping

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from workbench.errors import FencedError, StoreUnavailableError
from workbench.lake.delta import create_table, delta_errors, writer_properties
from workbench.lake.schema import LakeTable
from workbench.settings.schema import ObjectStore


class AppendTable:
    """One Delta table as one worker appends to it.

    Versions are remembered with the snapshot that they were read from. The snapshot moves by `refresh`
    (which forgets them) and by our own commits (which Delta lets through only when nobody else
    committed for the same application ids), so a remembered version is never newer or older than the
    snapshot that the next commit starts from.
    """

    def __init__(self, store: ObjectStore, table: LakeTable, *, now_s: Callable[[], float] = time.time) -> None:
        self.table = table
        self._store = store
        self._now_s = now_s
        self._delta: DeltaTable | None = None
        self._versions: dict[str, int] = {}

    @property
    def _open(self) -> DeltaTable:
        if self._delta is None:
            self._delta = create_table(self._store, self.table)
        return self._delta

    def refresh(self) -> None:
        """Read the newest snapshot."""
        delta = self._open
        with delta_errors(f"read lake table {self.table.name}"):
            delta.update_incremental()
        self._versions.clear()

    def next_offset(self, app_id: str) -> int:
        """The first offset that the snapshot does not have; 0 when it has none."""
        if app_id not in self._versions:
            with delta_errors(f"read the offsets of lake table {self.table.name}"):
                self._versions[app_id] = self._open.transaction_version(app_id) or 0
        return self._versions[app_id]

    def append(self, rows: pa.Table, *, moves: Mapping[str, tuple[int, int]]) -> None:
        """Commit rows and move offsets, together.

        Parameters
        ----------
        rows : pyarrow.Table
            May be empty.
        moves : mapping
            Application id -> (expected, next offset).

        Raises
        ------
        FencedError
            When an offset is not the expected one, in our snapshot or in a newer one; nothing was written.
        StoreUnavailableError
            When the store does not answer, or the commit lost against others too often. It may still
            have been written: then the next try is fenced, and a new claim finds the moved offset.
        """
        for app_id, (expected, _) in moves.items():
            if (stored := self.next_offset(app_id)) != expected:
                raise FencedError(
                    f"lake table {self.table.name} is at offset {stored} of {app_id}, not at {expected}: claim it again"
                )
        now_ms = int(self._now_s() * 1000)
        transactions = [Transaction(app_id, to, now_ms) for app_id, (_, to) in sorted(moves.items())]
        try:
            with delta_errors(f"append {rows.num_rows} rows to lake table {self.table.name}"):
                write_deltalake(
                    self._open,
                    rows,
                    mode="append",
                    writer_properties=writer_properties(self.table),
                    commit_properties=CommitProperties(app_transactions=transactions),
                )
        except StoreUnavailableError:
            self._delta = None  # the next try starts from the newest snapshot, which may hold this very commit
            self._versions.clear()
            raise
        self._versions.update({app_id: to for app_id, (_, to) in moves.items()})
