"""A member of a hop's consumer group, and what the group decides."""

import queue
from collections.abc import Iterable
from typing import Any

from workbench.settings import Settings
from workbench.stream.admin import create_topics
from workbench.stream.client import (
    ConsumerRebalanceListener,
    KafkaConsumer,
    KafkaTopicPartition,
    RangePartitionAssignor,
    client_config,
    kafka_errors,
    kafka_words,
    require_broker,
)
from workbench.stream.sink import Sink, TopicPartition

FETCH_MAX_WAIT_MS = 50
"""Longest the broker keeps a fetch open. At the driver's 500 ms, uneven partitions halve the speed."""

METADATA_MAX_AGE_MS = 2_000
"""How soon a topic that was deleted and created anew is noticed."""

POLL_RECORDS = 5_000
"""Most records of one poll: decoding them takes some 50 ms, after which a write that has ended is looked at."""

_SHARED_OUT = (RangePartitionAssignor,)
"""The same numbers of every topic to the same worker: an entity and its relationships have one key, so one number,
so one writer, and two workers of the graph seldom wait for each other's locks."""


class GroupChanges(ConsumerRebalanceListener):  # type: ignore[misc]
    """Passes what the group decides from the driver's thread to the worker's."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[frozenset[TopicPartition]] = queue.SimpleQueue()

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """The group changes: nothing is this worker's until it is told again."""
        self._queue.put(frozenset())

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """What this worker reads from now on."""
        self._queue.put(frozenset(TopicPartition(*one) for one in assigned))

    def latest(self) -> frozenset[TopicPartition] | None:
        """The newest decision since the last call, None when there was none."""
        found: frozenset[TopicPartition] | None = None
        while True:
            try:
                found = self._queue.get_nowait()
            except queue.Empty:
                return found


def group_of(settings: Settings, hop: str) -> str:
    """The consumer group of a hop."""
    return f"{settings.kafka.consumer_group}-{hop}"


def open_consumer(sink: Sink, settings: Settings, changes: GroupChanges, *, most_records: int) -> Any:
    """A consumer that is joining its group.

    Raises
    ------
    StoreUnavailableError, StoreError
        As `kafka_words`.
    """
    require_broker(settings)
    create_topics(settings)
    session_ms = settings.kafka.session_timeout_ms
    with kafka_words(settings, f"take a consumer of {sink.hop}"):
        consumer = KafkaConsumer(
            **client_config(settings),
            group_id=group_of(settings, sink.hop),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            session_timeout_ms=session_ms,
            heartbeat_interval_ms=min(3_000, session_ms // 3),
            fetch_max_wait_ms=FETCH_MAX_WAIT_MS,
            max_partition_fetch_bytes=4 * 2**20,
            max_poll_records=min(POLL_RECORDS, most_records),
            metadata_max_age_ms=METADATA_MAX_AGE_MS,
            partition_assignment_strategy=_SHARED_OUT,
        )
        consumer.subscribe(list(sink.topics), listener=changes)
        for topic in sink.topics:
            # without it the first member shares out topics that it has not seen yet: nothing
            consumer.partitions_for_topic(topic)
    return consumer


END_OFFSETS_TIMEOUT_MS = 200
"""Longest that a worker which reads nothing waits for the ends of its topic partitions."""


def known_ends(consumer: Any, places: Iterable[TopicPartition], *, ask: bool) -> dict[TopicPartition, int]:
    """Topic partition -> offset that the next record will get; those that are not known now are left out.

    Parameters
    ----------
    consumer : KafkaConsumer
    places : iterable of TopicPartition
    ask : bool
        Ask the broker: while partitions are paused, no fetch brings their ends along.
    """
    wanted = [KafkaTopicPartition(*one) for one in places]
    if ask and wanted:
        try:
            asked = consumer.end_offsets(wanted, timeout_ms=END_OFFSETS_TIMEOUT_MS)
        except kafka_errors.KafkaError:  # it is for a display: what the last fetch said will do
            asked = {}
        if asked:
            return {TopicPartition(*one): int(end) for one, end in asked.items()}
    seen = {one: consumer.highwater(one) for one in wanted if one in consumer.assignment()}
    return {TopicPartition(*one): int(end) for one, end in seen.items() if end is not None}
