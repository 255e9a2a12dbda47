"""Read the records of one key from its topic partition, without joining a group: nobody's offsets move.

A key's partition is the one that the producer's partitioner gives it. The partition is read up to its end as it is when
the reading begins, and records of other keys are passed over by their key alone, without being decoded.
"""

import threading
from dataclasses import dataclass
from typing import Any

from workbench.errors import StoreError, StoreUnavailableError
from workbench.settings import Settings
from workbench.stream.client import (
    KafkaConsumer,
    KafkaTopicPartition,
    client_config,
    kafka_words,
    partition_of_key,
    require_broker,
)

POLL_MS = 200
SILENT_POLLS = 15
"""So many empty polls in a row, and the broker is not giving what it says it has."""

OFFSETS_TIMEOUT_MS = 3_000
"""A chat request waits for this; a broker that takes longer to name its offsets is not one to replay from."""

POLL_RECORDS = 10_000

FETCH_BYTES = 16 * 2**20
"""Bytes of one fetch: at the driver's 1 MiB a replay spends its time on round trips."""


@dataclass(frozen=True, slots=True)
class KeyRecords:
    """What was read of a key.

    Parameters
    ----------
    values : list of bytes
        In the partition's order.
    next_offset : int
        Where to read on.
    from_beginning : bool
        Whether nothing older was left unread.
    read_records : int
        Records that were looked at, other keys' included.
    """

    values: list[bytes]
    next_offset: int
    from_beginning: bool
    read_records: int


class KeyReader:
    """Reads keys of one topic with one connection that it keeps; for many threads, one at a time.

    Parameters
    ----------
    settings : Settings
    topic : str
    """

    def __init__(self, settings: Settings, topic: str) -> None:
        self._settings = settings
        self._topic = topic
        self._lock = threading.Lock()
        self._consumer: Any = None

    def read(self, key: str, *, after: int | None = None, most_records: int) -> KeyRecords:
        """The records of a key.

        Parameters
        ----------
        key : str
        after : int, optional
            The offset to go on from; one beyond the end (a topic created anew) counts as none.
        most_records : int
            Most records of the partition that are looked at, the newest ones.

        Raises
        ------
        StoreUnavailableError, StoreError
            When Kafka cannot be asked, has no such topic, or stops giving records.
        """
        with self._lock:
            done = False
            try:
                with kafka_words(self._settings, f"read a conversation of {self._topic}"):
                    found = self._read(key.encode(), after, most_records)
                done = True
                return found
            finally:
                if not done:
                    self._drop()

    def _connected(self) -> Any:
        # asked each time: a client whose broker has gone waits half a minute before it says so
        require_broker(self._settings)
        if self._consumer is None:
            self._consumer = KafkaConsumer(
                **client_config(self._settings),
                group_id=None,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                fetch_max_wait_ms=50,
                fetch_max_bytes=FETCH_BYTES,
                max_partition_fetch_bytes=FETCH_BYTES,
                max_poll_records=POLL_RECORDS,
            )
        return self._consumer

    def _read(self, key: bytes, after: int | None, most_records: int) -> KeyRecords:
        consumer = self._connected()
        partitions = consumer.partitions_for_topic(self._topic)
        if not partitions:
            raise StoreError(f"Kafka has no topic {self._topic}; create it with: workbench up")
        place = KafkaTopicPartition(self._topic, partition_of_key(key, partitions))
        consumer.assign([place])
        end = int(consumer.end_offsets([place], timeout_ms=OFFSETS_TIMEOUT_MS)[place])
        beginning = int(consumer.beginning_offsets([place], timeout_ms=OFFSETS_TIMEOUT_MS)[place])
        known = after is not None and beginning <= after <= end
        start = max(beginning, end - most_records, after if known and after is not None else 0)
        from_beginning = start == (after if known else beginning)
        consumer.seek(place, start)
        values: list[bytes] = []
        silent, position, read = 0, start, 0
        while position < end:
            records = consumer.poll(timeout_ms=POLL_MS).get(place, [])
            silent = 0 if records else silent + 1
            if silent > SILENT_POLLS:
                raise StoreUnavailableError("Kafka holds records that it does not give; see: workbench logs kafka")
            for record in records:
                if record.offset < end and record.key == key and record.value is not None:
                    values.append(record.value)
            read += len(records)
            position = int(consumer.position(place))
        return KeyRecords(values, end, from_beginning, read)

    def _drop(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            consumer.close()

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._drop()
