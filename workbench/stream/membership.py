"""One membership of a consumer group: poll, decode, claim, write, commit; never stop for one bad thing.

The group decides who reads what, the store decides who may write: a rebalance only says which topic
partitions to claim next. Nothing of the store is touched by the driver's own thread.
"""

import threading
from collections.abc import Callable
from typing import Any

import structlog

from workbench.clock import Monotonic
from workbench.errors import FencedError, StoreError
from workbench.settings import Settings
from workbench.stream.admin import topic_ids
from workbench.stream.assignment import Assignment
from workbench.stream.batching import Buffer
from workbench.stream.client import KafkaTopicPartition, MemberState, kafka_errors, kafka_words
from workbench.stream.commits import KafkaCommits
from workbench.stream.consumer import METADATA_MAX_AGE_MS, GroupChanges, known_ends, open_consumer
from workbench.stream.decoding import decode_records
from workbench.stream.lag import total_lag
from workbench.stream.metering import Meter
from workbench.stream.overlap import OverlappedWriter
from workbench.stream.progress import ProgressReporter
from workbench.stream.sink import Sink, TopicPartition
from workbench.stream.topic_watch import TopicWatch
from workbench.stream.writing import BatchWriter

POLL_S = 0.25
"""Longest wait for records; also how soon a stop or pause is noticed."""

BUSY_POLL_S = 0.02
"""Longest wait for records while a write is under way: how soon its end is noticed when no record comes."""

JOIN_POLL_S = 0.5
"""Wait while the group forms. The driver drops the answer to its request to join when that comes between two
polls, and asks again, which makes all others join again: with short polls, as for a batch that is due, a
busy group never settles."""

CLAIM_EVERY_S = 1.0
"""Seconds between claims while some topic partition cannot be claimed, because its topic is gone."""

_log = structlog.get_logger(__name__)


class Membership:
    """From joining the group to leaving it, as a context manager.

    Parameters
    ----------
    sink : Sink
    settings : Settings
    writer : BatchWriter
    buffer : Buffer
        Emptied here; its size is kept from one membership to the next.
    meter : Meter
    reporter : ProgressReporter
    clock : callable
        Monotonic seconds.
    """

    def __init__(
        self,
        sink: Sink,
        settings: Settings,
        writer: BatchWriter,
        buffer: Buffer,
        *,
        meter: Meter,
        reporter: ProgressReporter,
        clock: Monotonic,
    ) -> None:
        self._sink = sink
        self._settings = settings
        self._writer = writer
        self._buffer = buffer
        self._meter = meter
        self._reporter = reporter
        self._clock = clock
        self._assignment = Assignment()
        self._changes = GroupChanges()
        self._commits = KafkaCommits(sink.hop, clock=clock)
        self._topics = TopicWatch(settings, every_s=METADATA_MAX_AGE_MS / 1000, clock=clock)
        self._claim_at = 0.0
        self._consumer: Any = None
        self._writes: OverlappedWriter

    def __enter__(self) -> "Membership":
        self._buffer.clear()
        self._consumer = open_consumer(
            self._sink, self._settings, self._changes, most_records=self._buffer.limits.events
        )
        self._writes = OverlappedWriter(self._writer, f"write-{self._sink.hop}")
        return self

    def __exit__(self, *_: object) -> None:
        self._writes.close()
        try:
            self._consumer.close(timeout_ms=5_000)
        except kafka_errors.KafkaError as error:  # the group notices by the session timeout
            _log.info("left the group without a word", hop=self._sink.hop, reason=str(error))

    def work(self, stop: threading.Event, paused: Callable[[], bool]) -> None:
        """Read and write until told to stop."""
        while not stop.is_set():
            reading = not paused()
            records = self._poll(reading=reading)
            self._follow_group()
            if self._topics.changed(self._consumer, self._assignment.topic_ids()):
                self._drop()
                self._assignment.void()
            self._take(records)
            self._write()
            if self._reporter.due():
                self._report(paused=not reading)
        self._finish()

    @property
    def _stable(self) -> bool:
        return bool(self._consumer.group_metadata().state == MemberState.STABLE)

    def _poll(self, *, reading: bool) -> dict[Any, list[Any]]:
        """Records, when there is room for them; else only what keeps the membership."""
        stable, wait_s = self._stable, self._wait_s()
        if self._buffer.full() and self._writes.busy and stable:
            self._writes.wait(POLL_S)  # it mostly ends before partitions have to be paused
            self._write()
            wait_s = 0.0
        reading = reading and not self._writer.holding and not self._buffer.full()
        began = self._clock()
        with kafka_words(self._settings, f"give records to {self._sink.hop}"):
            self._gate(reading=reading)
            timeout_s = wait_s if stable else JOIN_POLL_S
            records: dict[Any, list[Any]] = self._consumer.poll(timeout_ms=max(1, int(timeout_s * 1000)))
        if records:  # waiting for the next record is no work
            self._meter.spent("poll", self._clock() - began)
        return records

    def _wait_s(self) -> float:
        now = self._clock()
        if self._writes.busy:
            return BUSY_POLL_S
        next_s = self._writer.hold_until - now if self._writer.holding else self._buffer.wait_s(now)
        return min(POLL_S, next_s)

    def _gate(self, *, reading: bool) -> None:
        """Pause what must not be read now, resume what may; the membership stays either way."""
        assigned = set(self._consumer.assignment())
        wanted = {KafkaTopicPartition(*one) for one in self._assignment.claimed} if reading else set()
        already = set(self._consumer.paused())
        self._consumer.pause(*(assigned - wanted - already))
        self._consumer.resume(*(assigned & wanted & already))

    def _drop(self) -> None:
        """Forget what was read: it is read again from where the store stands."""
        self._buffer.clear()
        self._writes.forget()

    def _follow_group(self) -> None:
        assigned = self._changes.latest()
        if assigned is not None:
            self._drop()
            self._commits.clear()
            self._assignment.assign(assigned)
            self._claim_at = 0.0
            _log.info("assigned", hop=self._sink.hop, partitions=len(assigned))

    def _take(self, records: dict[Any, list[Any]]) -> None:
        hop, claimed, began = self._sink.hop, self._assignment.claimed, self._clock()
        for found, batch in records.items():
            place = TopicPartition(found.topic, found.partition)
            if place in claimed:  # what came before its claim is read again from where the store stands
                topic_id = self._assignment.topic_id(place)
                first = self._assignment.read(place, batch[-1].offset + 1)
                # from `first` on: a seek may cross with the driver's own start at Kafka's offset
                entries = decode_records(batch, place, first=first, hop=hop, topic_id=topic_id)
                self._buffer.add(entries, now=self._clock())
        self._meter.spent("decode", self._clock() - began)

    def _write(self) -> None:
        """Settle the write that has ended, take over what is new between two writes, begin the next."""
        self._commits.moved(self._writes.settle(self._buffer, self._assignment))
        with kafka_words(self._settings, "take offsets"):
            self._commits.tell(self._consumer)
        self._claim()
        if not self._writes.busy and not self._writer.holding and self._buffer.due(self._clock()):
            self._writes.begin(self._buffer, self._assignment)

    def _claim(self) -> None:
        unclaimed = self._assignment.unclaimed
        if not unclaimed or self._writes.busy or self._writer.holding or self._clock() < self._claim_at:
            return
        self._claim_at = self._clock() + CLAIM_EVERY_S
        try:
            ids = topic_ids(self._settings, {place.topic for place in unclaimed})
            wanted = {place: ids[place.topic] for place in unclaimed if place.topic in ids}
            claims = self._writer.claim(wanted) if wanted else {}
            if claims:
                self._writer.succeeded()
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

    def _report(self, *, paused: bool) -> None:
        claimed, size = self._assignment.claimed, self._buffer.size
        held = self._writer.holding or bool(self._writer.failure)  # also while it is tried once more
        state = "paused" if paused else "holding" if held else "reading" if claimed else "joining"
        ends = known_ends(self._consumer, claimed, ask=state in {"paused", "holding"})
        self._reporter.report(
            state,
            partitions=len(claimed),
            lag_events=total_lag(ends, self._assignment.next_offsets())
            if claimed and len(ends) == len(claimed)
            else None,
            batch=(size.events, size.least, size.most),
            buffered_events=len(self._buffer),
            hold_reason=self._writer.failure,
        )

    def _finish(self) -> None:
        """Write what was read, as far as the store takes it now, and tell Kafka."""
        while self._writes.busy or (len(self._buffer) and not self._writer.holding):
            before = len(self._buffer), self._buffer.head()
            if not self._writes.busy:
                self._writes.begin(self._buffer, self._assignment)
            self._writes.wait(POLL_S)
            self._commits.moved(self._writes.settle(self._buffer, self._assignment))
            if not self._writes.busy and (len(self._buffer), self._buffer.head()) == before:
                break
        self._commits.finish(self._consumer)
