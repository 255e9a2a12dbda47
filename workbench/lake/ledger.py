"""What the lake holds, for reconciliation and rebuild."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple

from workbench.events.tally import Tally
from workbench.lake.delta import DeltaLog
from workbench.lake.layout import lake_group, parse_app_id
from workbench.lake.scan import LakeScan
from workbench.lake.schema import EVENTS
from workbench.settings import Settings

_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


class LakeOffset(NamedTuple):
    """One partition of one topic; equal to the stream's own pair."""

    topic: str
    partition: int


class LakeLedger:
    """One snapshot of table ``events``.

    Every method may raise StoreUnavailableError when the store does not answer. A lake that nothing was
    written to yet is empty, not an error.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._scan = LakeScan(settings)

    def tallies(self) -> dict[str, Tally]:
        """Event type -> how many distinct events, and their checksum."""
        found = self._scan.frame("tallies")
        return {name: Tally(int(events), int(checksum)) for name, events, checksum in found.iter_rows()}

    def stored_ids(self, event_type: str) -> Iterator[str]:
        """Distinct ids of the events of one type, in order."""
        for batch in self._scan.batches("stored_ids", event_type=event_type):
            yield from batch.column(0).to_pylist()

    def content_hash(self) -> str:
        """SHA-256 over what the distinct events say; arrival order, offsets and recording times do not count."""
        digest = hashlib.sha256()
        for batch in self._scan.batches("event_facts"):
            for fact in batch.column(0).to_pylist():
                digest.update(fact.encode())
                digest.update(b"\n")
        return digest.hexdigest()

    def iter_events(self, after: datetime | None = None, *, batch_rows: int = 10_000) -> Iterator[bytes]:
        """Envelopes in the order of `ingested_at`, each event once.

        Parameters
        ----------
        after : datetime, optional
            Only events ingested later than this.
        batch_rows : int
            Rows held at a time, beside what DuckDB sorts for one day.
        """
        since = after or _BEGINNING
        for day, _ in self._scan.frame("event_days").iter_rows():
            if day < since.date():
                continue
            for batch in self._scan.batches("events_of_day", rows=batch_rows, lake_date=day, after=since):
                yield from batch.column(1).to_pylist()

    def offsets(self) -> dict[LakeOffset, int]:
        """Where the hop stands: topic partition -> first offset that the lake does not have.

        A topic that was deleted and created anew counts by its newest incarnation.
        """
        table = self._scan.table(EVENTS.name)
        if table is None:
            return {}
        group = lake_group(self._settings.kafka.consumer_group)
        newest: dict[LakeOffset, tuple[int, int]] = {}
        log = DeltaLog(self._settings.object_store, EVENTS.name)
        for app_id, (next_offset, committed_ms) in log.transactions(table.version()).items():
            if (parsed := parse_app_id(app_id, group)) is not None:
                key = LakeOffset(parsed[1], parsed[2])
                newest[key] = max(newest.get(key, (-1, 0)), (committed_ms, next_offset))
        return {key: next_offset for key, (_, next_offset) in newest.items()}

    def close(self) -> None:
        """Give back the connection."""
        self._scan.close()

    def __enter__(self) -> "LakeLedger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
