from prometheus_client import generate_latest

from workbench.telemetry.metrics import Metrics, Readings


def test_readings_become_samples_at_each_scrape() -> None:
    current = Readings(
        produced={"message.added": 3},
        backlog_events=2,
        backlog_age_s=1.5,
        components={"analytics": False, "data_lake": True},
        dependencies={"kafka": True},
        breakers={"provider": "half_open"},
    )
    metrics = Metrics(lambda: current)

    def sample(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(name, labels)

    assert sample("helixagent_events_produced_total", event_type="message.added") == 3
    assert sample("helixagent_outbox_backlog_events") == 2
    assert sample("helixagent_outbox_oldest_age_seconds") == 1.5
    assert sample("helixagent_bigdata_component_healthy", component="analytics") == 0
    assert sample("helixagent_bigdata_component_healthy", component="data_lake") == 1
    assert sample("helixagent_circuit_breaker_state", breaker="provider") == 1
    current = Readings(backlog_events=0)
    assert sample("helixagent_outbox_backlog_events") == 0
    assert sample("helixagent_outbox_oldest_age_seconds") is None  # an empty backlog has no age


def test_a_process_has_its_own_registry() -> None:
    first, second = Metrics(), Metrics()
    first.provider_calls.labels(provider="replay", status="ok").inc()
    assert b'provider="replay"' in generate_latest(first.registry)
    assert b'provider="replay"' not in generate_latest(second.registry)


def test_building_metrics_does_not_read_the_outbox() -> None:
    def must_not_run() -> Readings:
        raise AssertionError

    Metrics(must_not_run)
