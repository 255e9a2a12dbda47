"""Kafka to the lake: every envelope, raw payloads, Delta tables; exactly once.

Each table is its own Delta commit. ``events`` takes every topic and is written last, so its offsets are
where the hop stands, and every other table is there or further: a table skips what is below its own
offset, which heals a crash between two tables.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, wait

import pyarrow as pa

from workbench.errors import FencedError
from workbench.events.topics import Hop, topics_of
from workbench.lake.layout import app_id, lake_group
from workbench.lake.rows import event_rows, payload_rows
from workbench.lake.schema import EVENTS, TABLES
from workbench.lake.table import AppendTable
from workbench.settings import Settings
from workbench.stream.sink import Batch, Claim, TopicPartition

BATCH_EVENTS = 50_000
"""A commit costs some 50 ms per table on the object store and makes a file per partition: at 20,000 events that is
half of a batch's time, at 50,000 a fifth. Larger ones only hold memory, about 4 KB an event while it is decoded."""

BATCH_AGE_S = 2.0
"""A record waits at most this long for its batch; one commit on the object store takes some 50 ms."""

BATCH_BYTES = 64 * 2**20
"""Of envelopes. Arrow copies them about three times while a batch is written."""


class LakeSink:
    """The hop ``lake``.

    `batch_events`, `batch_age_s` and `batch_bytes` are wishes to the worker loop.
    """

    hop: Hop = "lake"
    topics: tuple[str, ...] = topics_of("lake")
    needs_blobs = True
    batch_events = BATCH_EVENTS
    batch_age_s = BATCH_AGE_S
    batch_bytes = BATCH_BYTES

    def __init__(self, settings: Settings) -> None:
        self._group = lake_group(settings.kafka.consumer_group)
        self._tables = {name: AppendTable(settings.object_store, table) for name, table in TABLES.items()}
        self._topic_ids: dict[TopicPartition, str] = {}
        self._writers = ThreadPoolExecutor(max_workers=len(TABLES) - 1, thread_name_prefix="lake-table")

    def _app_id(self, topic_partition: TopicPartition) -> str:
        try:
            topic_id = self._topic_ids[topic_partition]
        except KeyError:
            raise FencedError(f"{topic_partition} was never claimed by this worker; claim it first") from None
        return app_id(self._group, topic_id, topic_partition.topic, topic_partition.partition)

    def claim(self, topic_ids: Mapping[TopicPartition, str]) -> Mapping[TopicPartition, Claim]:
        """Read where to go on; the snapshot that is read here is the fence of later commits.

        Raises
        ------
        StoreUnavailableError
            When the object store does not answer.
        """
        for table in self._tables.values():
            table.refresh()
        self._topic_ids.update(topic_ids)
        events = self._tables[EVENTS.name]
        return {one: Claim(events.next_offset(self._app_id(one)), 0, topic_id) for one, topic_id in topic_ids.items()}

    def write(self, batch: Batch) -> None:
        """Write every table, those of one payload side by side, ``events`` last.

        Raises
        ------
        FencedError
            When an offset is not the expected one. Tables before ``events`` may have been written: they
            skip those rows next time.
        StoreRefusedError
            When a value does not fit its column.
        StoreUnavailableError
            When the same batch should be tried again.
        """
        events = self._tables[EVENTS.name]
        moves = {self._app_id(one): (at.expected, at.next_offset) for one, at in batch.positions.items()}
        for one, (expected, _) in moves.items():
            if (stored := events.next_offset(one)) != expected:
                raise FencedError(f"the lake is at offset {stored} of {one}, not at {expected}: claim it again")
        rows = event_rows(batch.deliveries)
        typed = [table for table in self._tables.values() if table is not events]
        written = [self._writers.submit(self._write_typed, table, batch, rows) for table in typed]
        wait(written)  # all have ended before one error is told, and before the offsets of events move
        for ended in written:
            ended.result()
        events.append(rows, moves=moves)

    def _write_typed(self, table: AppendTable, batch: Batch, events: pa.Table) -> None:
        """Rows above the table's own offsets; without any, its offsets stay: there is nothing to skip later."""
        below: dict[TopicPartition, int] = {}
        moves: dict[str, tuple[int, int]] = {}
        for one, at in batch.positions.items():
            if one.topic in table.table.topics:
                below[one] = stored = table.next_offset(self._app_id(one))
                if stored < at.next_offset:
                    moves[self._app_id(one)] = (stored, at.next_offset)
        fresh = [
            n
            for n, row in enumerate(batch.deliveries)
            if row.topic_partition in below and row.offset >= below[row.topic_partition]
        ]
        rows = payload_rows(table.table, batch.deliveries, events, indexes=fresh)
        if rows.num_rows:
            table.append(rows, moves=moves)

    def close(self) -> None:
        """End the writers' threads; nothing else is held open between commits."""
        self._writers.shutdown()


def lake_sink(settings: Settings) -> LakeSink:
    """The sink that a lake worker runs; opens nothing yet."""
    return LakeSink(settings)
