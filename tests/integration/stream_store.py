"""A small real store for stream tests: one SQLite file, shared by threads and processes, exactly once like the others.

Every stored event is a row without a unique key, so that writing twice would show. Files beside the
database switch its behaviour: ``gone`` makes it unavailable, ``pressing`` makes it ask for the pause in seconds
that it holds.
"""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from workbench.errors import FencedError, SinkBackpressureError, StoreRefusedError, StoreUnavailableError
from workbench.events.payloads import Message
from workbench.events.topics import Hop, topics_of
from workbench.stream.sink import Batch, Claim, TopicPartition

_SCHEMA = """
CREATE TABLE IF NOT EXISTS stored (n INTEGER PRIMARY KEY, event_id TEXT, conversation_id TEXT, text TEXT, worker TEXT);
CREATE TABLE IF NOT EXISTS offsets (
    topic TEXT, place INTEGER, topic_id TEXT, next_offset INTEGER, epoch INTEGER, PRIMARY KEY (topic, place)
);
"""


class FileStore:
    """What a test asks the store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with closing(self.connect()) as connection:
            connection.executescript(_SCHEMA)

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=60, isolation_level=None, check_same_thread=False)

    def rows(self) -> list[tuple[str, str, str, str]]:
        """(event id, conversation, text, worker) in the order they were written."""
        with closing(self.connect()) as connection:
            return connection.execute(
                "SELECT event_id, conversation_id, text, worker FROM stored ORDER BY n"
            ).fetchall()

    def ids(self) -> list[str]:
        return [row[0] for row in self.rows()]

    def offsets(self) -> dict[tuple[str, int], int]:
        with closing(self.connect()) as connection:
            rows = connection.execute("SELECT topic, place, next_offset FROM offsets").fetchall()
        return {(topic, place): next_offset for topic, place, next_offset in rows}

    def epochs(self) -> dict[tuple[str, int], int]:
        """Claims of each topic partition: equal ones mean that the group did not change."""
        with closing(self.connect()) as connection:
            rows = connection.execute("SELECT topic, place, epoch FROM offsets").fetchall()
        return {(topic, place): epoch for topic, place, epoch in rows}

    @property
    def gone(self) -> Path:
        return self.path.with_name("gone")

    @property
    def pressing(self) -> Path:
        return self.path.with_name("pressing")


class FileSink:
    """The sink in front of a `FileStore`; refuses texts with ``refuse`` unless the file ``lenient`` is there."""

    hop: Hop = "context"
    topics = topics_of("context")
    batch_events = 500
    batch_age_s = 0.05

    def __init__(self, store: FileStore, *, worker: str = "w", needs_blobs: bool = False) -> None:
        self._store = store
        self._worker = worker
        self.needs_blobs = needs_blobs
        self.writes = 0
        self._connection = store.connect()

    def _available(self) -> None:
        if self._store.gone.exists():
            raise StoreUnavailableError("the file store is switched off")

    def claim(self, topic_ids: Mapping[TopicPartition, str]) -> Mapping[TopicPartition, Claim]:
        self._available()
        claims: dict[TopicPartition, Claim] = {}
        for place, topic_id in topic_ids.items():
            row = self._connection.execute(
                """INSERT INTO offsets VALUES (?, ?, ?, 0, 1) ON CONFLICT DO UPDATE SET epoch = epoch + 1,
                next_offset = CASE WHEN topic_id = excluded.topic_id THEN next_offset ELSE 0 END,
                topic_id = excluded.topic_id RETURNING next_offset, epoch""",
                (place.topic, place.partition, topic_id),
            ).fetchall()[0]
            claims[place] = Claim(row[0], row[1], topic_id)
        return claims

    def write(self, batch: Batch) -> None:
        self._available()
        self.writes += 1
        if self._store.pressing.exists():
            raise SinkBackpressureError("the file store presses", retry_after_s=float(self._store.pressing.read_text()))
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for place, position in batch.positions.items():
                moved = self._connection.execute(
                    "UPDATE offsets SET next_offset = ? WHERE (topic, place, next_offset, epoch) = (?, ?, ?, ?)",
                    (position.next_offset, place.topic, place.partition, position.expected, position.epoch),
                )
                if moved.rowcount != 1:
                    raise FencedError(f"{self._worker} does not own {place} any more")
            for one in batch.deliveries:
                text = one.payload.text if isinstance(one.payload, Message) else ""
                if "refuse" in text and not self._store.path.with_name("lenient").exists():
                    raise StoreRefusedError(f"text {text[:20]!r} is refused")
                self._connection.execute(
                    "INSERT INTO stored (event_id, conversation_id, text, worker) VALUES (?, ?, ?, ?)",
                    (one.event.event_id, one.event.conversation_id, text[:100], self._worker),
                )
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()
