"""One batch into the store: fetch payloads, record dead letters, write behind the breaker, bisect refusals."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import structlog

from workbench.clock import Monotonic
from workbench.errors import (
    BreakerOpenError,
    EventError,
    FencedError,
    SinkBackpressureError,
    StoreError,
    StoreRefusedError,
    StoreUnavailableError,
)
from workbench.events.codec import decode_payload
from workbench.resilience.backoff import Backoff
from workbench.resilience.breaker import CircuitBreaker
from workbench.resilience.outbox import Outbox
from workbench.stream.assignment import Assignment
from workbench.stream.batching import Buffer
from workbench.stream.decoding import Entry, refuse
from workbench.stream.sink import Batch, Claim, Delivery, Positions, Sink, TopicPartition

FetchBlob = Callable[[str], bytes]
"""SHA-256 -> the payload's bytes, verified; raises StoreUnavailableError when it should be tried again."""

_log = structlog.get_logger(__name__)


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
    """

    def __init__(
        self,
        sink: Sink,
        outbox: Outbox,
        *,
        breaker: CircuitBreaker,
        fetch_blob: FetchBlob | None,
        clock: Monotonic,
    ) -> None:
        self._sink = sink
        self._outbox = outbox
        self._breaker = breaker
        self._fetch_blob = fetch_blob
        self._clock = clock
        self._backoff = Backoff(first_s=0.1, most_s=5.0)
        self.hold_until = 0.0
        self.failure = ""

    @property
    def holding(self) -> bool:
        """Whether the store should be left alone for now."""
        return self._clock() < self.hold_until

    def try_write(self, buffer: Buffer, assignment: Assignment) -> dict[TopicPartition, Positions]:
        """Write the head of the buffer.

        Returns
        -------
        dict
            What moved; empty when nothing was written now.

        Raises
        ------
        FencedError
            When another worker owns a topic partition: everything read has to be dropped.
        """
        entries = buffer.head()
        if not entries:
            return {}
        positions = assignment.positions(entries)
        try:
            entries = self._with_payloads(entries, assignment)
            buffer.replace_head(entries)
            self._outbox.letters.record([one.refused for one in entries if one.refused is not None])
            deliveries = [one.delivery for one in entries if one.delivery is not None]
            self._breaker.call(self._sink.write, Batch(deliveries, positions))
        except FencedError:
            raise
        except StoreRefusedError as error:
            self._refused(buffer, entries, assignment, error)
            return {}
        except StoreError as error:
            self.hold(error)
            return {}
        assignment.moved(positions)
        buffer.written(len(entries))
        self.succeeded()
        return positions

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
            dead = self._dead(suspects[0], assignment, str(error))
            buffer.replace_head([dead if one.delivery is not None else one for one in entries])

    def _dead(self, delivery: Delivery, assignment: Assignment, reason: str) -> Entry:
        place = delivery.topic_partition
        _log.warning(
            "event goes to the dead letters",
            hop=self._sink.hop,
            event_id=delivery.event.event_id,
            event_type=delivery.event.event_type,
            reason=reason[:300],
        )
        return refuse(
            delivery.value,
            place,
            delivery.offset,
            hop=self._sink.hop,
            topic_id=assignment.topic_id(place),
            reason=reason,
        )

    def _with_payloads(self, entries: list[Entry], assignment: Assignment) -> list[Entry]:
        if not self._sink.needs_blobs:
            return entries
        return [self._with_payload(one, assignment) for one in entries]

    def _with_payload(self, entry: Entry, assignment: Assignment) -> Entry:
        delivery = entry.delivery
        if delivery is None or delivery.payload is not None or delivery.event.payload_ref is None:
            return entry
        if self._fetch_blob is None:
            raise StoreUnavailableError("this worker has no object store to fetch payloads from")
        try:
            payload = decode_payload(delivery.event, self._fetch_blob(delivery.event.payload_ref.sha256))
        except StoreUnavailableError:
            raise
        except (StoreError, EventError) as error:  # the bytes are damaged or do not fit: for ever
            return self._dead(delivery, assignment, str(error))
        return entry._replace(delivery=replace(delivery, payload=payload))
