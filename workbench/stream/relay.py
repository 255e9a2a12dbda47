"""From the outbox to Kafka: in order, acknowledged by all replicas, one relay at a time.

Order per key: one idempotent producer sends in sequence order and retries by itself without ever giving
up on a record while it lives. Where it does not get on, it is thrown away with everything unacknowledged,
and a new one starts again at the oldest waiting event. A second copy of a record is possible then, a
changed order of first copies is not; sinks are idempotent on `event_id`.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from workbench.clock import Monotonic, monotonic_s
from workbench.errors import StoreError, StoreUnavailableError
from workbench.events.codec import decode_event
from workbench.events.envelope import SCHEMA_VERSION
from workbench.resilience.outbox import Outbox, Pending, Refused
from workbench.settings import Settings
from workbench.stream.admin import create_topics, topic_ids
from workbench.stream.client import kafka_errors, kafka_words
from workbench.stream.producer import abandon, open_producer
from workbench.stream.uploads import UploadBlob, Uploads

WINDOW = 10_000
"""Most events sent and not yet acknowledged: bounds memory, and what is sent twice after a kill."""

WINDOW_BYTES = 32 * 2**20
"""The same in bytes: the driver bounds its memory by nothing."""

MARK_EVENTS = 2_000
"""Acknowledged events per mark: each mark is a transaction that appenders wait for."""

ACKNOWLEDGEMENT_POLL_S = 0.002
"""Seconds between looks at the oldest unacknowledged event."""

STALL_S = 10.0
"""Seconds without any acknowledgement before the producer is replaced. Longer than a broker's restart."""

TOPIC_LOOK_S = 1.0
"""Seconds without any acknowledgement before it is looked whether the topics are still there."""

_SCHEMA_VERSION = str(SCHEMA_VERSION).encode()
_TOO_LARGE = (kafka_errors.MessageSizeTooLargeError, kafka_errors.RecordListTooLargeError)


@dataclass(slots=True)
class _Sent:
    pending: Pending
    future: Any


class Relay:
    """Sends what waits in the outbox. Not safe to share between threads; `Turn` is the lock between processes.

    Parameters
    ----------
    outbox : Outbox
    settings : Settings
    upload_blob : callable, optional
        Without it, events with claim-checked payloads wait.
    clock : callable
        Monotonic seconds.
    """

    def __init__(
        self,
        outbox: Outbox,
        settings: Settings,
        *,
        upload_blob: UploadBlob | None = None,
        clock: Monotonic = monotonic_s,
    ) -> None:
        self._outbox = outbox
        self._settings = settings
        self._uploads = Uploads(outbox.blobs, upload_blob)
        self._clock = clock
        self._producer: Any = None
        self._in_flight: deque[_Sent] = deque()
        self._in_flight_bytes = 0
        self._acknowledged: list[Pending] = []
        self._after = 0
        self._alone: int | None = None
        self._progress_at = clock()
        self._topics_looked_for = False

    def waiting(self) -> bool:
        """Whether there is anything to send or to wait for."""
        return bool(self._in_flight) or bool(self._outbox.pending(1))

    def step(self, stop: threading.Event | None = None) -> int:
        """Send what waits, up to the window, and wait until something of it is acknowledged.

        Parameters
        ----------
        stop : threading.Event, optional
            Ends the wait.

        Returns
        -------
        int
            Events acknowledged; 0 when nothing waits, or when stopped.

        Raises
        ------
        StoreUnavailableError
            When Kafka does not get on, or a payload could not be uploaded; everything unacknowledged
            waits and the next step starts at the oldest.
        StoreError
            When the cluster refuses this client.
        """
        try:
            self._send_waiting()
            done = self._take_acknowledgements()
            while not done and self._in_flight and not (stop and stop.is_set()):
                self._give_up_when_stalled()
                time.sleep(ACKNOWLEDGEMENT_POLL_S)
                done = self._take_acknowledgements()
        except StoreError:
            self.reset()
            raise
        if not self._in_flight and not done:
            self._start_over()
        return done

    def _give_up_when_stalled(self) -> None:
        silent_s = self._clock() - self._progress_at
        if silent_s > STALL_S:
            raise StoreUnavailableError(
                f"Kafka has acknowledged nothing for {STALL_S:.0f} s; {len(self._in_flight)} events wait"
            )
        if silent_s > TOPIC_LOOK_S and not self._topics_looked_for:
            self._topics_looked_for = True
            wanted = {one.pending.topic for one in self._in_flight}
            missing = wanted - topic_ids(self._settings, wanted).keys()
            if missing:  # the producer would retry for ever; the next one creates them
                raise StoreUnavailableError(f"topics have vanished: {', '.join(sorted(missing))}")

    def _progressed(self) -> None:
        self._progress_at = self._clock()
        self._topics_looked_for = False

    def _start_over(self) -> None:
        """Everything is acknowledged: what was held back, or queued again with an older number, is next."""
        self._after = 0
        self._uploads.start_over()

    def reset(self) -> None:
        """Throw the producer away with everything unacknowledged; that waits in the outbox."""
        producer, self._producer = self._producer, None
        self._mark()
        self._in_flight.clear()
        self._in_flight_bytes = 0
        self._uploads.forget()
        self._after = 0
        if producer is not None:
            abandon(producer)

    def close(self, *, timeout_s: float = 5.0) -> None:
        """Wait for acknowledgements up to the deadline, mark them, and disconnect."""
        if self._producer is not None and self._in_flight:
            try:
                self._producer.flush(timeout=timeout_s)
                self._take_acknowledgements()
            except (kafka_errors.KafkaError, StoreUnavailableError):
                pass  # what is not acknowledged waits in the outbox
        self.reset()

    def _send_waiting(self) -> int:
        room = WINDOW - len(self._in_flight)
        # few large reads of the outbox instead of many small ones
        if room < WINDOW // 4 or self._in_flight_bytes >= WINDOW_BYTES:
            return 0
        if self._alone is None:
            waiting = self._outbox.pending(room, after=self._after)
        elif not self._in_flight:
            waiting = self._outbox.pending(1, after=self._alone - 1)
        else:
            return 0
        if not waiting:
            return 0
        producer = self._connected()
        sent = 0
        for pending in waiting:
            self._after = pending.sequence
            if not self._uploads.ready(pending):
                continue
            with kafka_words(self._settings, f"take an event for {pending.topic}"):
                future = self._send(producer, pending)
            if not self._in_flight:
                self._progressed()
            self._in_flight.append(_Sent(pending, future))
            self._in_flight_bytes += len(pending.body)
            sent += 1
        return sent

    def _send(self, producer: Any, pending: Pending) -> Any:
        headers = [("event_type", pending.event_type.encode()), ("schema_version", _SCHEMA_VERSION)]
        if pending.traceparent is not None:
            headers.append(("traceparent", pending.traceparent.encode()))
        return producer.send(pending.topic, value=pending.body, key=pending.key.encode(), headers=headers)

    def _connected(self) -> Any:
        if self._producer is None:
            create_topics(self._settings)  # one that vanished is why the last producer did not get on
            self._producer = open_producer(self._settings)
            self._progressed()
        return self._producer

    def _take_acknowledgements(self) -> int:
        taken = 0
        while self._in_flight and self._in_flight[0].future.is_done:
            sent = self._in_flight[0]
            if sent.future.failed():
                self._refused(sent.pending, sent.future.exception)
                return taken + 1
            self._in_flight.popleft()
            self._in_flight_bytes -= len(sent.pending.body)
            self._acknowledged.append(sent.pending)
            self._alone = None
            taken += 1
        if taken:
            self._progressed()
        if len(self._acknowledged) >= MARK_EVENTS or not self._in_flight:
            self._mark()
        return taken

    def _mark(self) -> None:
        if self._acknowledged:
            blobs = {one.blob for one in self._acknowledged if one.blob is not None}
            self._outbox.mark_sent([one.sequence for one in self._acknowledged], blobs=blobs)
            self._acknowledged.clear()

    def _refused(self, pending: Pending, error: Exception) -> None:
        """Kafka did not take the oldest event: start again there, or leave it out when it is to blame.

        One record above its topic's limit fails every record that the producer holds with the same error,
        so it is only believed about a record that was sent alone.
        """
        if not isinstance(error, _TOO_LARGE):
            with kafka_words(self._settings, f"take an event for {pending.topic}"):
                raise error
        self.reset()
        if self._alone != pending.sequence:
            self._alone = pending.sequence
            return
        self._alone = None
        event = decode_event(pending.body)
        self._outbox.dead_letter(
            Refused(
                "kafka",
                f"{len(pending.body)} bytes are more than topic {pending.topic} takes",
                pending.body,
                event_id=event.event_id,
                event_type=event.event_type,
            )
        )
        self._outbox.mark_sent([pending.sequence])
