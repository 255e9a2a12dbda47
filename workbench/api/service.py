"""Everything that the HTTP service holds while it runs, made and given back in one place."""

import threading
from typing import Any

from workbench.api.access import Gate, api_token, redactor_of
from workbench.api.calls import ProviderCalls
from workbench.api.chat import ChatService
from workbench.api.intake import GroupedIntake
from workbench.api.knowledge import Knowledge
from workbench.api.learning import ContextReads, RecentConversations
from workbench.api.memory import Memories
from workbench.api.sessions import Sessions
from workbench.api.window import Windows
from workbench.clock import utc_now
from workbench.health.checks import check_of
from workbench.health.components import needed_dependencies
from workbench.health.outbox_watch import OutboxWatch
from workbench.health.probes import Probes, Rhythm
from workbench.health.report import OUTBOX, component_states, health_report
from workbench.pipelines.publish import open_publisher
from workbench.providers.registry import ProviderRegistry
from workbench.resilience.breakers import CircuitBreakers
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.telemetry.logs import get_logger
from workbench.telemetry.metrics import Metrics, Readings

DRAIN_S = 5.0
"""Seconds that a stopping service waits for Kafka to take what the outbox has; the rest goes out next time."""

OUTBOX_RHYTHM = Rhythm(interval_s=1.0, retry_s=0.5)
"""The outbox is on this machine's disk: a look costs less than a millisecond, and its backlog changes fast."""

log = get_logger(__name__)


class Service:
    """The parts of a running service.

    Parameters
    ----------
    settings : Settings
    rhythm : Rhythm, optional
        How often dependencies are probed.

    Raises
    ------
    SettingsError
        When the token's file cannot be made.
    StoreError
        When the outbox cannot be opened.
    """

    def __init__(self, settings: Settings, *, rhythm: Rhythm | None = None) -> None:
        self.settings = settings
        self.gate = Gate(api_token(settings), tenant_id=settings.api.tenant)
        self.breakers = CircuitBreakers(settings.breaker)
        self.metrics = Metrics(self.readings)
        self.calls = ProviderCalls(self.breakers)
        self.registry = ProviderRegistry(settings, call_member=self.calls.complete)
        self.outbox = Outbox(settings.outbox_path)
        self.watch = OutboxWatch(self.outbox)
        needed = needed_dependencies(settings)
        self.probes = Probes(
            {OUTBOX: self.watch.check, **{name: check_of(name, settings) for name in needed}},
            tolerated={name: getattr(settings.services, name).retry_count for name in needed},
            rhythms={OUTBOX: OUTBOX_RHYTHM, **(dict.fromkeys(needed, rhythm) if rhythm else {})},
        )
        self.publisher = open_publisher(settings, breakers=self.breakers)
        self.recent = RecentConversations()
        self.intake = GroupedIntake(self.publisher, recorded=self.recent.note)
        self.reads = ContextReads(settings, self.breakers)
        self.windows = Windows(settings, self.breakers)
        self.knowledge = Knowledge(settings, self.breakers)
        redactor = redactor_of(settings)
        self.sessions = Sessions(settings, self.breakers, self.outbox)
        self.memories = Memories(settings, self.breakers, publisher=self.publisher, redactor=redactor)
        self.chat = ChatService(
            self.registry,
            calls=self.calls,
            intake=self.intake,
            windows=self.windows,
            sessions=self.sessions,
            redactor=redactor,
            metrics=self.metrics,
        )
        self.running = False

    def start(self) -> None:
        """Begin to probe, and read the recorded conversations in the background."""
        self.probes.start()
        threading.Thread(target=self.registry.replay.warm, name="read-recordings", daemon=True).start()
        self.running = True

    async def stop(self) -> None:
        """Give everything back; what Kafka does not take in time stays in the outbox."""
        self.running = False
        self.probes.stop()
        await self.registry.aclose()
        self.intake.close()
        self.windows.close()
        self.knowledge.close()
        self.reads.close()
        self.sessions.close()
        self.memories.close()
        kafka = self.probes.evidence().get("kafka")
        there = kafka is not None and kafka.state in ("healthy", "degraded")
        flushed = self.publisher.flush(DRAIN_S if there else 0.0)
        waiting = self.outbox.backlog().count
        self.publisher.close()
        self.outbox.close()
        log.info("service stopped", flushed=flushed, waiting_events=waiting)

    def health(self) -> tuple[int, dict[str, Any]]:
        """HTTP status and body of the health answer, from memory."""
        return health_report(
            self.settings,
            self.probes.evidence(),
            breakers=self.breakers.snapshots(),
            backlog=self.watch.backlog(),
            running=self.running,
            now=utc_now(),
        )

    def readings(self) -> Readings:
        """What a scrape reads."""
        evidence = self.probes.evidence()
        states = {name: one.state for name, one in evidence.items() if name != OUTBOX}
        backlog = self.watch.backlog()
        return Readings(
            produced={name: tally.count for name, tally in self.outbox.produced().items()},
            backlog_events=None if backlog is None else backlog[0],
            backlog_age_s=backlog[1] if backlog and backlog[0] else None,
            components={
                name: state == "healthy"
                for name, (state, _) in component_states(self.settings, states).items()
                if state != "disabled"
            },
            dependencies={name: state == "healthy" for name, state in states.items()},
            breakers={name: one.state for name, one in self.breakers.snapshots().items()},
        )
