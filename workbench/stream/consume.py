"""Run one sink: join its group, feed it, join again when fenced or when Kafka comes back."""

import threading
from collections.abc import Callable

import structlog

from workbench.clock import Monotonic, monotonic_s
from workbench.errors import FencedError, StoreError
from workbench.resilience.backoff import Backoff
from workbench.resilience.breakers import CircuitBreakers
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.batching import BatchLimits, Buffer
from workbench.stream.membership import Membership
from workbench.stream.metering import Meter
from workbench.stream.progress import ProgressReporter
from workbench.stream.sink import Sink
from workbench.stream.writing import BatchWriter, FetchBlob

MEMBERSHIP_BACKOFF_S = 0.3
"""Seconds before joining again after being fenced: time for the other worker to go on first."""

_log = structlog.get_logger(__name__)


def run_worker(
    sink: Sink,
    settings: Settings,
    *,
    outbox: Outbox,
    stop: threading.Event,
    fetch_blob: FetchBlob | None = None,
    control: Callable[[], bool] | None = None,
    breakers: CircuitBreakers | None = None,
    limits: BatchLimits | None = None,
    store: str | None = None,
    clock: Monotonic = monotonic_s,
) -> None:
    """Feed a sink from Kafka until told to stop.

    Parameters
    ----------
    sink : Sink
    settings : Settings
    outbox : Outbox
        Takes the dead letters.
    stop : threading.Event
        Set it to finish the batch, leave the group and return.
    fetch_blob : callable, optional
        Needed when the sink needs claim-checked payloads.
    control : callable, optional
        Says whether the worker is paused: it stays a member of its group and reads nothing.
    breakers : CircuitBreakers, optional
        The process's; the sink's store is behind the one named by `store`.
    limits : BatchLimits, optional
        Default: what the sink wishes.
    store : str, optional
        Name of the breaker; default the hop's name.
    clock : callable
        Monotonic seconds.
    """
    breaker = (breakers or CircuitBreakers(settings.breaker)).of(store or sink.hop)
    meter = Meter(clock=clock)
    writer = BatchWriter(sink, outbox, breaker=breaker, fetch_blob=fetch_blob, clock=clock, meter=meter)
    buffer = Buffer(limits or BatchLimits.of(sink))
    reporter = ProgressReporter(settings, sink.hop, meter=meter, clock=clock)
    backoff = Backoff(first_s=0.2, most_s=2.0)
    failing = False
    while not stop.is_set():
        try:
            with Membership(sink, settings, writer, buffer, meter=meter, reporter=reporter, clock=clock) as member:
                failing = False
                backoff.reset()
                member.work(stop, control or (lambda: False))
        except FencedError as error:
            _log.warning("fenced, joining again", hop=sink.hop, reason=str(error))
            stop.wait(MEMBERSHIP_BACKOFF_S)
        except StoreError as error:
            if not failing:
                _log.warning("kafka gives no records", hop=sink.hop, reason=str(error))
            failing = True
            reporter.report("no kafka", hold_reason=str(error))
            stop.wait(backoff.wait_s())
    reporter.close()
    sink.close()
