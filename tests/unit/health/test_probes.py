import threading
import time
from collections.abc import Callable

import pytest

from workbench.errors import StoreUnavailableError
from workbench.health.checks import address_of
from workbench.health.probes import Probe, Probes, Rhythm
from workbench.settings import load_settings

FAST = Rhythm(interval_s=0.01, retry_s=0.01, deadline_s=0.2, jitter=0.0)


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_a_dependency_that_comes_and_goes_is_followed_without_a_restart() -> None:
    there = threading.Event()

    def check() -> str:
        if not there.is_set():
            raise StoreUnavailableError("gone; start it")
        return "4.4"

    probes = Probes({"kafka": check}, rhythms={"kafka": FAST})

    def state() -> str:
        return probes.evidence()["kafka"].state

    assert state() == "not_initialized"
    probes.start()
    try:
        wait_until(lambda: state() == "init_failed")
        assert probes.evidence()["kafka"].text == "gone; start it"
        there.set()
        wait_until(lambda: state() == "healthy")
        there.clear()
        wait_until(lambda: state() == "unhealthy")
        assert probes.evidence()["kafka"].version == "4.4"
    finally:
        probes.stop()


def test_reading_does_not_wait_for_a_check_that_hangs_and_tells_it() -> None:
    release = threading.Event()
    probe = Probe("neo4j", lambda: str(release.wait(30)), rhythm=FAST)
    probe.start()
    try:
        wait_until(lambda: probe.evidence().state == "init_failed")
        assert "no answer for" in probe.evidence().text
        started = time.monotonic()
        for _ in range(1000):
            probe.evidence()
        assert time.monotonic() - started < 10  # each read would hang for 30 seconds if it waited
    finally:
        probe.stop()
        release.set()


def test_an_answer_after_the_deadline_is_a_failure() -> None:
    slow = Probe("s3", lambda: str(time.sleep(0.05)), rhythm=Rhythm(deadline_s=0.01))
    slow.look()
    assert slow.evidence().state == "init_failed"
    assert "answered only after" in slow.evidence().text


def test_reading_changes_nothing() -> None:
    looked: list[int] = []
    probe = Probe("kafka", lambda: str(looked.append(1)))
    before = probe.evidence()
    assert probe.evidence() == before
    assert looked == []


def test_waits_grow_with_failures_and_spread() -> None:
    rhythm = Rhythm(interval_s=5.0, retry_s=1.0, jitter=0.2)
    assert rhythm.wait_s(0, 0.0) == pytest.approx(4.0)
    assert rhythm.wait_s(0, 1.0) == pytest.approx(6.0)
    assert rhythm.wait_s(100, 0.5) == pytest.approx(10.0)


def test_addresses_are_those_of_the_settings() -> None:
    settings = load_settings(
        {
            "WORKBENCH_HOME": "/nowhere",
            "BIGDATA_KAFKA_BOOTSTRAP_SERVERS": "one:1234,two:5678",
            "BIGDATA_NEO4J_URI": "bolt://graph:7000",
            "BIGDATA_S3_ENDPOINT": "https://s3.example",
        }
    )
    found = {name: address_of(name, settings) for name in ("kafka", "neo4j", "object_store", "clickhouse")}
    assert found == {
        "kafka": ("one", 1234),
        "neo4j": ("graph", 7000),
        "object_store": ("s3.example", 443),
        "clickhouse": ("localhost", 8123),
    }
