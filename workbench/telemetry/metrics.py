"""Prometheus metrics of one process, in a registry of its own.

Labels are closed sets (event types, components, providers, statuses): never an id, a user's text or
an error's text, which would make one series per request.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

BREAKER_STATE_VALUE = {"closed": 0.0, "half_open": 1.0, "open": 2.0}
"""HelixAgent's numbers of `helixagent_circuit_breaker_state`."""

KNOWLEDGE_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; from a refused question to one that Neo4j does not answer in time."""

CHAT_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
"""Seconds; from a replayed answer (about a millisecond) to a slow provider at its timeout."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What is read at each scrape instead of counted as it happens.

    Parameters
    ----------
    produced : mapping
        Event type -> distinct events that the outbox has taken in.
    backlog_events : int or None
        Events not yet acknowledged by Kafka; None when the outbox cannot be read.
    backlog_age_s : float or None
        Age of the oldest of them, in seconds.
    components, dependencies : mapping
        Name -> whether it is healthy; those switched off are left out.
    breakers : mapping
        Breaker's name -> ``closed``, ``half_open`` or ``open``.
    """

    produced: Mapping[str, int] = field(default_factory=dict)
    backlog_events: int | None = None
    backlog_age_s: float | None = None
    components: Mapping[str, bool] = field(default_factory=dict)
    dependencies: Mapping[str, bool] = field(default_factory=dict)
    breakers: Mapping[str, str] = field(default_factory=dict)


def _gauge(name: str, help_text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


class ReadingsCollector(Collector):
    """Turns `Readings` into metrics whenever the registry is scraped."""

    def __init__(self, read: Callable[[], Readings]) -> None:
        self._read = read

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering must not read the outbox."""
        return []

    def collect(self) -> Iterable[Metric]:
        """One family per reading that there is."""
        now = self._read()
        produced = CounterMetricFamily(
            "helixagent_events_produced", "Distinct events taken into the outbox", labels=["event_type"]
        )
        for event_type, count in sorted(now.produced.items()):
            produced.add_metric([event_type], count)
        yield produced
        if now.backlog_events is not None:
            yield GaugeMetricFamily(
                "helixagent_outbox_backlog_events", "Events not yet acknowledged by Kafka", value=now.backlog_events
            )
        if now.backlog_age_s is not None:
            yield GaugeMetricFamily(
                "helixagent_outbox_oldest_age_seconds",
                "Age of the oldest event of the backlog",
                value=now.backlog_age_s,
            )
        healthy = "1 when healthy, 0 when enabled and not healthy"
        yield _gauge("helixagent_bigdata_component_healthy", healthy, "component", now.components)
        yield _gauge("helixagent_bigdata_dependency_healthy", healthy, "dependency", now.dependencies)
        states = {name: BREAKER_STATE_VALUE[state] for name, state in now.breakers.items()}
        yield _gauge("helixagent_circuit_breaker_state", "0 closed, 1 half-open, 2 open", "breaker", states)


class Metrics:
    """The metrics of one process.

    Parameters
    ----------
    read : callable, optional
        Gives the `Readings` of this moment; called on each scrape.

    Examples
    --------
    >>> metrics = Metrics()
    >>> metrics.provider_calls.labels(provider="replay", status="ok").inc()
    >>> metrics.registry.get_sample_value(
    ...     "helixagent_provider_calls_total", {"provider": "replay", "status": "ok"})
    1.0
    """

    def __init__(self, read: Callable[[], Readings] | None = None) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.chat_seconds = Histogram(
            "helixagent_chat_request_duration_seconds",
            "Chat requests from the first byte read to the last byte of the answer",
            ["provider", "status"],
            buckets=CHAT_BUCKETS_S,
            registry=self.registry,
        )
        self.knowledge_seconds = Histogram(
            "helixagent_knowledge_request_duration_seconds",
            "Questions to the knowledge graph over HTTP, from the request to the answer",
            ["question", "status"],
            buckets=KNOWLEDGE_BUCKETS_S,
            registry=self.registry,
        )
        self.provider_calls = Counter(
            "helixagent_provider_calls", "Calls to LLM providers", ["provider", "status"], registry=self.registry
        )
        self.refused_requests = Counter(
            "helixagent_api_refused_requests", "Requests refused before any work", ["reason"], registry=self.registry
        )
        if read is not None:
            self.registry.register(ReadingsCollector(read))
