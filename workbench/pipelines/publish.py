"""Produce events: into the outbox, and from there to Kafka in the background."""

import threading
import time
from collections.abc import Iterable

import structlog

from workbench.errors import BreakerOpenError, StoreError
from workbench.events.envelope import Event
from workbench.pipelines.blobs import open_blobs
from workbench.resilience.backoff import Backoff
from workbench.resilience.breakers import CircuitBreakers
from workbench.resilience.outbox import Appended, Outbox
from workbench.resilience.turn import Turn
from workbench.settings import Settings
from workbench.stream.relay import Relay
from workbench.stream.uploads import UploadBlob

IDLE_S = 0.05
"""Seconds between looks at the outbox when nothing waits: other processes append without telling us."""

FLUSH_POLL_S = 0.01
"""Seconds between looks of a caller who waits for the outbox to drain."""

_log = structlog.get_logger(__name__)


class Publisher:
    """Takes events in, and relays the outbox while it is open unless another process does.

    Parameters
    ----------
    settings : Settings
    upload_blob : callable or None
        Where claim-checked payloads go; without it their events wait for a process that has one.
    outbox : Outbox, optional
        Default: the installation's, opened and closed here.
    breakers : CircuitBreakers, optional
        The process's; the relay runs behind ``kafka``.
    patience_s : float
        Relay only what has waited so many seconds, and give the turn back when it is sent: for a process
        that has other things to do and leaves relaying to the others as long as they do it.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        upload_blob: UploadBlob | None,
        outbox: Outbox | None = None,
        breakers: CircuitBreakers | None = None,
        patience_s: float = 0.0,
    ) -> None:
        self.outbox = outbox or Outbox(settings.outbox_path)
        self._owns_outbox = outbox is None
        self._breaker = (breakers or CircuitBreakers(settings.breaker)).of("kafka")
        self._relay = Relay(self.outbox, settings, upload_blob=upload_blob)
        self._patience_s = patience_s
        self._turn = Turn(settings.outbox_path.with_suffix(".relay"))
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="outbox-relay", daemon=True)
        self._thread.start()

    def publish(self, events: Iterable[Event], *, traceparent: str | None = None) -> Appended:
        """Take events in; they are safe when this returns, whether or not Kafka is there.

        Raises
        ------
        EventError, StoreUnavailableError
            As `Outbox.append`; nothing was taken in.
        """
        appended = self.outbox.append(events, traceparent=traceparent)
        if appended.added:
            self._wake.set()
        return appended

    def flush(self, timeout_s: float = 30.0) -> bool:
        """Wait until everything taken in so far is in Kafka, whoever sends it.

        Returns
        -------
        bool
            False when the time ran out.
        """
        target = self.outbox.last_sequence()
        deadline = time.monotonic() + timeout_s
        self._wake.set()
        while (first := self.outbox.pending(1)) and first[0].sequence <= target:
            if time.monotonic() > deadline:
                return False
            time.sleep(FLUSH_POLL_S)
        return True

    @property
    def broken(self) -> bool:
        """Whether the relay has ended by itself, which only a defect makes it do."""
        return not self._thread.is_alive() and not self._stop.is_set()

    def close(self) -> None:
        """Stop relaying after the acknowledgements that are on their way; what waits stays in the outbox."""
        self._stop.set()
        self._wake.set()
        self._thread.join()
        if self._owns_outbox:
            self.outbox.close()

    def __enter__(self) -> "Publisher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        backoff = Backoff(first_s=0.1, most_s=2.0)
        failing = False
        try:
            while not self._stop.is_set():
                if not self._has_work():
                    self._pause(max(IDLE_S, self._patience_s / 5))
                    continue
                try:
                    self._breaker.call(self._relay.step, self._stop)
                except BreakerOpenError as error:
                    self._stop.wait(min(max(error.retry_after_s, IDLE_S), 1.0))
                except StoreError as error:
                    if not failing:
                        _log.warning(
                            "kafka does not take events", reason=str(error), backlog=self.outbox.backlog().count
                        )
                    failing = True
                    self._stop.wait(backoff.wait_s())
                else:
                    if failing:
                        _log.info("kafka takes events again", backlog=self.outbox.backlog().count)
                    failing = False
                    backoff.reset()
            self._relay.close()
        finally:
            self._turn.give()

    def _has_work(self) -> bool:
        if self._patience_s and not self._turn.held and self.outbox.backlog().oldest_age_s < self._patience_s:
            return False
        if self._turn.take() and self._relay.waiting():
            return True
        if self._patience_s:
            self._turn.give()
        return False

    def _pause(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()


def open_publisher(settings: Settings, *, breakers: CircuitBreakers | None = None) -> Publisher:
    """A publisher whose claim-checked payloads go to the object store."""
    return Publisher(settings, upload_blob=open_blobs(settings).upload, breakers=breakers)
