"""From the outbox to Kafka: in order, acknowledged by all replicas, one relay at a time.

Order per key: one idempotent producer sends in sequence order and retries by itself without ever giving
up on a record while it lives. Where it does not get on, it is thrown away with everything unacknowledged,
and a new one starts again at the oldest waiting event. A second copy of a record is possible then, a
changed order of first copies is not; sinks are idempotent on `event_id`.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.clock import Monotonic, monotonic_s
from workbench.errors import StoreError, StoreUnavailableError
from workbench.events.codec import decode_event
from workbench.events.envelope import SCHEMA_VERSION
from workbench.resilience.outbox import Outbox, Pending, Refused
from workbench.settings import Settings
from workbench.stream.admin import create_topics
from workbench.stream.client import KafkaProducer, client_config, kafka_errors, kafka_words, require_broker

UploadBlob = Callable[[str, Path], object]
"""Puts a claim-checked payload (SHA-256, file) where consumers find it; raises StoreUnavailableError."""

LINGER_MS = 20
"""Milliseconds that a batch waits to fill up. The producer is ten times slower when it sends single records."""

BATCH_BYTES = 256 * 1024
"""Bytes of a batch to one topic partition."""

COMPRESSION = "lz4"
"""Half the bytes of JSON at a twentieth of the time of zstd; the measurements are in ADR 0004."""

WINDOW = 10_000
"""Most events sent and not yet acknowledged: bounds memory, and what is sent twice after a kill."""

MARK_EVENTS = 2_000
"""Acknowledged events per mark: each mark is a transaction that appenders wait for."""

ACKNOWLEDGEMENT_POLL_S = 0.002
"""Seconds between looks at the oldest unacknowledged event."""

STALL_S = 10.0
"""Seconds without any acknowledgement before the producer is replaced. Longer than a broker's restart."""

MAX_REQUEST_BYTES = 2 * 1024 * 1024
"""Above what any event needs, so that it is the broker that judges a record by its topic's limit."""

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
        self._upload_blob = upload_blob
        self._clock = clock
        self._producer: Any = None
        self._in_flight: deque[_Sent] = deque()
        self._acknowledged: list[Pending] = []
        self._after = 0
        self._held: set[tuple[str, str]] = set()
        self._held_by: Exception | None = None
        self._progress_at = clock()

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
                if self._clock() - self._progress_at > STALL_S:
                    raise StoreUnavailableError(
                        f"Kafka has acknowledged nothing for {STALL_S:.0f} s; {len(self._in_flight)} events wait"
                    )
                time.sleep(ACKNOWLEDGEMENT_POLL_S)
                done = self._take_acknowledgements()
        except StoreError:
            self.reset()
            raise
        if not self._in_flight and not done:
            self._start_over()
        return done

    def _start_over(self) -> None:
        """Everything is acknowledged: what was held back, or queued again with an older number, is next."""
        held_by, self._held_by = self._held_by, None
        self._after = 0
        self._held.clear()
        if held_by is not None:
            raise StoreUnavailableError(f"payloads cannot be uploaded, their events wait: {held_by}") from held_by

    def reset(self) -> None:
        """Throw the producer away with everything unacknowledged; that waits in the outbox."""
        producer, self._producer = self._producer, None
        self._mark()
        self._in_flight.clear()
        self._held.clear()
        self._after = 0
        if producer is not None:
            producer.close(timeout=0)

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
        if room < WINDOW // 4:  # few large reads of the outbox instead of many small ones
            return 0
        waiting = self._outbox.pending(room, after=self._after)
        if not waiting:
            return 0
        producer = self._connected()
        sent = 0
        for pending in waiting:
            self._after = pending.sequence
            key = (pending.topic, pending.key)
            if key in self._held or not self._uploaded(pending):
                self._held.add(key)  # a later event of that key must not overtake this one
                continue
            with kafka_words(self._settings, f"take an event for {pending.topic}"):
                future = self._send(producer, pending)
            if not self._in_flight:
                self._progress_at = self._clock()
            self._in_flight.append(_Sent(pending, future))
            sent += 1
        return sent

    def _send(self, producer: Any, pending: Pending) -> Any:
        headers = [("event_type", pending.event_type.encode()), ("schema_version", _SCHEMA_VERSION)]
        if pending.traceparent is not None:
            headers.append(("traceparent", pending.traceparent.encode()))
        return producer.send(pending.topic, value=pending.body, key=pending.key.encode(), headers=headers)

    def _uploaded(self, pending: Pending) -> bool:
        if pending.blob is None:
            return True
        if self._upload_blob is None:
            self._held_by = StoreUnavailableError("this process has no object store to upload to")
            return False
        try:
            self._upload_blob(pending.blob, self._outbox.blobs.path(pending.blob))
        except StoreError as error:  # whatever it is, it concerns this payload only
            self._held_by = error
            return False
        return True

    def _connected(self) -> Any:
        if self._producer is None:
            require_broker(self._settings)
            create_topics(self._settings)  # one that vanished is why the last producer did not get on
            with kafka_words(self._settings, "accept a producer"):
                self._producer = KafkaProducer(
                    **client_config(self._settings),
                    acks="all",
                    enable_idempotence=True,
                    linger_ms=LINGER_MS,
                    batch_size=BATCH_BYTES,
                    compression_type=COMPRESSION,
                    max_request_size=MAX_REQUEST_BYTES,
                    allow_auto_create_topics=False,
                    max_block_ms=5_000,
                    # a batch must never be given up while a later one of its partition goes on
                    delivery_timeout_ms=24 * 3600 * 1000,
                    request_timeout_ms=10_000,
                )
            self._progress_at = self._clock()
        return self._producer

    def _take_acknowledgements(self) -> int:
        taken = 0
        while self._in_flight and self._in_flight[0].future.is_done:
            sent = self._in_flight[0]
            if sent.future.failed():
                self._refused(sent.pending, sent.future.exception)
            self._in_flight.popleft()
            self._acknowledged.append(sent.pending)
            taken += 1
        if taken:
            self._progress_at = self._clock()
        if len(self._acknowledged) >= MARK_EVENTS or not self._in_flight:
            self._mark()
        return taken

    def _mark(self) -> None:
        if self._acknowledged:
            blobs = {one.blob for one in self._acknowledged if one.blob is not None}
            self._outbox.mark_sent([one.sequence for one in self._acknowledged], blobs=blobs)
            self._acknowledged.clear()

    def _refused(self, pending: Pending, error: Exception) -> None:
        """Kafka did not take one event: dead-letter it when it never will, else raise to start again."""
        if isinstance(error, _TOO_LARGE):
            event = decode_event(pending.body)
            self._outbox.dead_letter(
                Refused(
                    "kafka",
                    f"{type(error).__name__}: {len(pending.body)} bytes for topic {pending.topic}",
                    pending.body,
                    event_id=event.event_id,
                    event_type=event.event_type,
                )
            )
            return
        with kafka_words(self._settings, f"take an event for {pending.topic}"):
            raise error
