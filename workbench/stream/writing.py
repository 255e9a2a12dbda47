"""One batch into the store: record dead letters, write behind the breaker, bisect refusals, hold when asked to.

A write has three parts: `BatchWriter.next` and `BatchWriter.settle` look at the buffer, `BatchWriter.attempt`
between them does not, so that it may run in another thread while the buffer fills (`workbench.stream.overlap`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from workbench.clock import Monotonic
from workbench.errors import (
    BreakerOpenError,
    FencedError,
    SinkBackpressureError,
    StoreError,
    StoreRefusedError,
    StoreUnavailableError,
)
from workbench.resilience.backoff import Backoff
from workbench.resilience.breaker import CircuitBreaker
from workbench.resilience.outbox import Outbox
from workbench.stream.assignment import Assignment
from workbench.stream.batching import Buffer
from workbench.stream.decoding import Entry
from workbench.stream.metering import Meter
from workbench.stream.payloads import FetchBlob, dead_entry, with_payloads
from workbench.stream.sink import Batch, Claim, Positions, Sink, TopicPartition

__all__ = ["Attempt", "BatchWriter", "FetchBlob", "Outcome"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one write is to do.

    Parameters
    ----------
    entries : list of Entry
        The buffer's head.
    positions : mapping
        What it moves.
    topic_ids : mapping
        Kafka's id of each topic, for dead letters.
    """

    entries: list[Entry]
    positions: dict[TopicPartition, Positions]
    topic_ids: dict[TopicPartition, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the entries with their payloads, and why nothing was written, if so.

    `commit_s` is the time in the store, in seconds.
    """

    entries: list[Entry]
    positions: dict[TopicPartition, Positions]
    error: StoreError | None
    commit_s: float


class BatchWriter:
    """Writes the head of a buffer, and says until when to hold when the store is not to be had.

    Parameters
    ----------
    sink : Sink
    outbox : Outbox
        Takes the dead letters.
    breaker : CircuitBreaker
    fetch_blob : callable or None
    clock : callable
        Monotonic seconds.
    meter : Meter, optional
        Told of each commit.
    """

    def __init__(
        self,
        sink: Sink,
        outbox: Outbox,
        *,
        breaker: CircuitBreaker,
        fetch_blob: FetchBlob | None,
        clock: Monotonic,
        meter: Meter | None = None,
    ) -> None:
        self._sink = sink
        self._outbox = outbox
        self._breaker = breaker
        self._fetch_blob = fetch_blob
        self._clock = clock
        self._meter = meter or Meter(clock=clock)
        self._backoff = Backoff(first_s=0.1, most_s=5.0)
        self.hold_until = 0.0
        self.failure = ""

    @property
    def holding(self) -> bool:
        """Whether the store should be left alone for now."""
        return self._clock() < self.hold_until

    def try_write(self, buffer: Buffer, assignment: Assignment) -> dict[TopicPartition, Positions]:
        """Write the head of the buffer, in this thread.

        Returns
        -------
        dict
            What moved; empty when nothing was written now.

        Raises
        ------
        FencedError
            When another worker owns a topic partition: everything read has to be dropped.
        """
        attempt = self.next(buffer, assignment)
        return {} if attempt is None else self.settle(self.attempt(attempt), buffer, assignment)

    def next(self, buffer: Buffer, assignment: Assignment) -> Attempt | None:
        """Take the head of the buffer under way; None when there is nothing to write."""
        entries = buffer.begin()
        if not entries:
            return None
        positions = assignment.positions(entries)
        return Attempt(entries, positions, {place: assignment.topic_id(place) for place in positions})

    def attempt(self, attempt: Attempt) -> Outcome:
        """Fetch payloads, keep dead letters, write. Dead letters are safe before the offset moves past them."""
        entries = attempt.entries
        began = self._clock()
        try:
            if self._sink.needs_blobs:
                entries = with_payloads(entries, self._fetch_blob, hop=self._sink.hop, topic_ids=attempt.topic_ids)
            self._outbox.letters.record([one.refused for one in entries if one.refused is not None])
            deliveries = [one.delivery for one in entries if one.delivery is not None]
            began = self._clock()
            self._breaker.call(self._sink.write, Batch(deliveries, attempt.positions))
        except StoreError as error:
            return Outcome(entries, attempt.positions, error, self._clock() - began)
        return Outcome(entries, attempt.positions, None, self._clock() - began)

    def settle(self, outcome: Outcome, buffer: Buffer, assignment: Assignment) -> dict[TopicPartition, Positions]:
        """Apply what came of a write; see `try_write`."""
        buffer.replace_head(outcome.entries)
        error = outcome.error
        if error is None:
            assignment.moved(outcome.positions)
            buffer.written(len(outcome.entries))
            buffer.size.committed(len(outcome.entries), outcome.commit_s)
            dead = sum(one.refused is not None for one in outcome.entries)
            self._meter.committed(len(outcome.entries), outcome.commit_s, dead=dead)
            self.succeeded()
            return outcome.positions
        buffer.kept()
        if isinstance(error, FencedError):
            raise error
        if isinstance(error, StoreRefusedError):
            self._refused(buffer, outcome.entries, assignment, error)
            return {}
        if isinstance(error, SinkBackpressureError):
            buffer.size.pressed()
        self.hold(error)
        return {}

    def claim(self, topic_ids: Mapping[TopicPartition, str]) -> Mapping[TopicPartition, Claim]:
        """Take over topic partitions at the store, behind the breaker; see `Sink.claim`."""
        return self._breaker.call(self._sink.claim, topic_ids)

    def hold(self, error: StoreError) -> None:
        """The store is not to be had: leave it alone for as long as it says, or a little longer each time."""
        wait_s = self._backoff.wait_s()
        if isinstance(error, (BreakerOpenError, SinkBackpressureError)):
            wait_s = max(error.retry_after_s, 0.05)
        self.hold_until = self._clock() + wait_s
        if not self.failure:
            _log.warning("store does not take events", hop=self._sink.hop, reason=str(error), wait_s=round(wait_s, 2))
        self.failure = str(error)

    def succeeded(self) -> None:
        """The store took something."""
        if self.failure:
            _log.info("store takes events again", hop=self._sink.hop)
        self.failure = ""
        self._backoff.reset()

    def _refused(self, buffer: Buffer, entries: list[Entry], assignment: Assignment, error: StoreRefusedError) -> None:
        suspects = [one.delivery for one in entries if one.delivery is not None]
        if not suspects:  # nothing in the batch could be refused: retrying at full speed would help nobody
            self.hold(StoreUnavailableError(f"the store refuses to move offsets: {error}"))
        elif len(suspects) > 1:
            buffer.halve(len(entries))
        else:
            (suspect,) = suspects
            topic_id = assignment.topic_id(suspect.topic_partition)
            dead = dead_entry(suspect, hop=self._sink.hop, topic_id=topic_id, reason=str(error))
            buffer.replace_head([dead if one.delivery is not None else one for one in entries])
