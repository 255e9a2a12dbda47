"""One membership of a consumer group: poll, decode, claim, write, commit; never stop for one bad thing.

The group decides who reads what, the store decides who may write: a rebalance only says which topic
partitions to claim next. Nothing of the store is touched by the driver's own thread.
"""

import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from workbench.clock import Monotonic
from workbench.errors import FencedError, StoreError
from workbench.settings import Settings
from workbench.stream.admin import create_topics, topic_ids
from workbench.stream.assignment import Assignment
from workbench.stream.batching import BatchLimits, Buffer
from workbench.stream.client import (
    ConsumerRebalanceListener,
    KafkaConsumer,
    KafkaTopicPartition,
    MemberState,
    OffsetAndMetadata,
    client_config,
    kafka_errors,
    kafka_words,
    require_broker,
)
from workbench.stream.decoding import decode_record
from workbench.stream.sink import Positions, Sink, TopicPartition
from workbench.stream.topic_watch import TopicWatch
from workbench.stream.writing import BatchWriter

POLL_S = 0.25
"""Longest wait for records; also how soon a stop or pause is noticed."""

JOIN_POLL_S = 0.5
"""Wait while the group forms. The driver drops the answer to its request to join when that comes between two
polls, and asks again, which makes all others join again: with short polls, as for a batch that is due, a
busy group never settles."""

FETCH_MAX_WAIT_MS = 50
"""Longest the broker keeps a fetch open. At the driver's 500 ms, uneven partitions halve the speed."""

METADATA_MAX_AGE_MS = 2_000
"""How soon a topic that was deleted and created anew is noticed."""

COMMIT_EVERY_S = 0.5
"""Seconds between commits to Kafka. They are for lag displays: the store's own offsets are what counts."""

CLAIM_EVERY_S = 1.0
"""Seconds between claims while some topic partition cannot be claimed, because its topic is gone."""

_log = structlog.get_logger(__name__)


class _Changes(ConsumerRebalanceListener):  # type: ignore[misc]
    """Passes what the group decides from the driver's thread to the worker's."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[frozenset[TopicPartition]] = queue.SimpleQueue()

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        self._queue.put(frozenset())

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        self._queue.put(frozenset(TopicPartition(*one) for one in assigned))

    def latest(self) -> frozenset[TopicPartition] | None:
        """The newest decision since the last call, None when there was none."""
        found: frozenset[TopicPartition] | None = None
        while True:
            try:
                found = self._queue.get_nowait()
            except queue.Empty:
                return found


class Membership:
    """From joining the group to leaving it, as a context manager.

    Parameters
    ----------
    sink : Sink
    settings : Settings
    writer : BatchWriter
    limits : BatchLimits
    clock : callable
        Monotonic seconds.
    """

    def __init__(
        self, sink: Sink, settings: Settings, writer: BatchWriter, limits: BatchLimits, *, clock: Monotonic
    ) -> None:
        self._sink = sink
        self._settings = settings
        self._writer = writer
        self._clock = clock
        self._buffer = Buffer(limits)
        self._assignment = Assignment()
        self._changes = _Changes()
        self._to_commit: dict[TopicPartition, int] = {}
        self._committed_at = clock()
        self._topics = TopicWatch(settings, every_s=METADATA_MAX_AGE_MS / 1000, clock=clock)
        self._claim_at = 0.0
        self._consumer: Any = None

    def __enter__(self) -> "Membership":
        require_broker(self._settings)
        create_topics(self._settings)
        session_ms = self._settings.kafka.session_timeout_ms
        with kafka_words(self._settings, f"take a consumer of {self._sink.hop}"):
            self._consumer = KafkaConsumer(
                **client_config(self._settings),
                group_id=f"{self._settings.kafka.consumer_group}-{self._sink.hop}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                session_timeout_ms=session_ms,
                heartbeat_interval_ms=min(3_000, session_ms // 3),
                fetch_max_wait_ms=FETCH_MAX_WAIT_MS,
                max_partition_fetch_bytes=4 * 2**20,
                max_poll_records=self._buffer.limits.events,
                metadata_max_age_ms=METADATA_MAX_AGE_MS,
            )
            self._consumer.subscribe(list(self._sink.topics), listener=self._changes)
            for topic in self._sink.topics:
                # without it the first member shares out topics that it has not seen yet: nothing
                self._consumer.partitions_for_topic(topic)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._consumer.close(timeout_ms=5_000)
        except kafka_errors.KafkaError as error:  # the group notices by the session timeout
            _log.info("left the group without a word", hop=self._sink.hop, reason=str(error))

    def work(self, stop: threading.Event, paused: Callable[[], bool]) -> None:
        """Read and write until told to stop."""
        while not stop.is_set():
            with kafka_words(self._settings, f"give records to {self._sink.hop}"):
                self._gate(reading=not paused() and not self._writer.holding and not self._buffer.full())
                records = self._consumer.poll(timeout_ms=max(1, int(self._wait_s() * 1000)))
            self._follow_group()
            if self._topics.changed(self._consumer, self._assignment.topic_ids()):
                self._buffer.clear()
                self._assignment.void()
            self._take(records)
            self._claim()
            if not self._writer.holding and self._buffer.due(self._clock()):
                self._moved(self._writer.try_write(self._buffer, self._assignment))
        self._finish()

    def _wait_s(self) -> float:
        if self._consumer.group_metadata().state != MemberState.STABLE:
            return JOIN_POLL_S
        now = self._clock()
        next_s = self._writer.hold_until - now if self._writer.holding else self._buffer.wait_s(now)
        return min(POLL_S, next_s)

    def _gate(self, *, reading: bool) -> None:
        """Pause what must not be read now, resume what may; the membership stays either way."""
        assigned = set(self._consumer.assignment())
        wanted = {KafkaTopicPartition(*one) for one in self._assignment.claimed} if reading else set()
        already = set(self._consumer.paused())
        self._consumer.pause(*(assigned - wanted - already))
        self._consumer.resume(*(assigned & wanted & already))

    def _follow_group(self) -> None:
        assigned = self._changes.latest()
        if assigned is not None:
            self._buffer.clear()
            self._to_commit.clear()
            self._assignment.assign(assigned)
            self._claim_at = 0.0
            _log.info("assigned", hop=self._sink.hop, partitions=len(assigned))

    def _take(self, records: dict[Any, list[Any]]) -> None:
        hop, claimed = self._sink.hop, self._assignment.claimed
        for found, batch in records.items():
            place = TopicPartition(found.topic, found.partition)
            if place in claimed:  # what came before its claim is read again from where the store stands
                topic_id = self._assignment.topic_id(place)
                first = self._assignment.read(place, batch[-1].offset + 1)
                self._buffer.add(
                    (
                        decode_record(one.value, place, one.offset, hop=hop, topic_id=topic_id)
                        for one in batch
                        if one.offset >= first  # a seek may cross with the driver's own start at Kafka's offset
                    ),
                    now=self._clock(),
                )

    def _claim(self) -> None:
        unclaimed = self._assignment.unclaimed
        if not unclaimed or self._writer.holding or self._clock() < self._claim_at:
            return
        self._claim_at = self._clock() + CLAIM_EVERY_S
        try:
            ids = topic_ids(self._settings, {place.topic for place in unclaimed})
            wanted = {place: ids[place.topic] for place in unclaimed if place.topic in ids}
            claims = self._writer.claim(wanted) if wanted else {}
        except FencedError:
            raise
        except StoreError as error:
            self._writer.hold(error)
            return
        assigned = {TopicPartition(*one) for one in self._consumer.assignment()}
        claims = {place: claim for place, claim in claims.items() if place in assigned}
        for place, claim in claims.items():
            self._consumer.seek(KafkaTopicPartition(*place), claim.next_offset)
        self._assignment.claim(claims)

    def _moved(self, positions: dict[TopicPartition, Positions]) -> None:
        self._to_commit |= {place: position.next_offset for place, position in positions.items()}
        now = self._clock()
        if self._to_commit and now - self._committed_at >= COMMIT_EVERY_S:
            self._committed_at = now
            offsets = self._kafka_offsets()
            self._to_commit.clear()
            with kafka_words(self._settings, "take offsets"):
                self._consumer.commit_async(offsets)

    def _kafka_offsets(self) -> dict[Any, Any]:
        return {
            KafkaTopicPartition(*place): OffsetAndMetadata(offset, "", -1) for place, offset in self._to_commit.items()
        }

    def _finish(self) -> None:
        """Write what was read, as far as the store takes it now, and tell Kafka."""
        while len(self._buffer) and not self._writer.holding:
            before = len(self._buffer), self._buffer.head()
            self._to_commit |= {
                place: one.next_offset for place, one in self._writer.try_write(self._buffer, self._assignment).items()
            }
            if (len(self._buffer), self._buffer.head()) == before:
                break
        if self._to_commit:
            try:
                self._consumer.commit(self._kafka_offsets(), timeout_ms=2_000)
            except kafka_errors.KafkaError as error:  # it is for lag displays only
                _log.info("offsets not told to kafka", hop=self._sink.hop, reason=str(error))
