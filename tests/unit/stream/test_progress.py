"""What a worker says about itself, and what a reader makes of it."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from workbench.settings import Settings, load_settings
from workbench.stream.metering import RATE_S, Meter
from workbench.stream.progress import SILENT_S, ProgressReporter, progress_folder, read_progress

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(environ={}, directory=tmp_path, WORKBENCH_HOME=tmp_path)


class Clocks:
    def __init__(self) -> None:
        self.s = 0.0

    def monotonic(self) -> float:
        return self.s

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.s)


def reporter(settings: Settings, clocks: Clocks, meter: Meter, hop: str = "graph") -> ProgressReporter:
    return ProgressReporter(settings, hop, meter=meter, clock=clocks.monotonic, now=clocks.now)


def test_throughput_is_taken_over_the_last_ten_seconds() -> None:
    clocks = Clocks()
    meter = Meter(clock=clocks.monotonic)
    assert meter.events_per_s() == 0.0
    clocks.s = 2.0
    meter.committed(100, 0.5)
    assert meter.events_per_s() == 50.0, "100 in the two seconds since the start"
    clocks.s = 8.0
    meter.committed(300, 0.5, dead=2)
    clocks.s = 10.0
    assert meter.events_per_s() == 40.0, "400 in ten seconds"
    clocks.s = 2.0 + RATE_S
    assert meter.events_per_s() == 30.0, "the first hundred are too long ago"
    assert (meter.events, meter.dead_letters, meter.commits, meter.last_batch_events) == (400, 2, 2, 300)
    assert meter.spent_s["commit"] == 1.0


def test_what_a_worker_reports_is_what_is_read(settings: Settings) -> None:
    clocks = Clocks()
    meter = Meter(clock=clocks.monotonic)
    own = reporter(settings, clocks, meter)
    assert read_progress(settings) == []
    assert own.due()
    clocks.s = 4.0
    meter.committed(200, 0.25, dead=1)
    meter.spent("poll", 1.5)
    own.report(
        "holding",
        partitions=9,
        lag_events=17,
        batch=(500, 20, 1000),
        buffered_events=40,
        hold_reason="Neo4j cannot write",
    )
    assert not own.due()
    (read,) = read_progress(settings, now=clocks.now)
    assert read.record() == {
        "hop": "graph",
        "pid": os.getpid(),
        "state": "holding",
        "started_at": "2026-01-31T12:00:00Z",
        "reported_at": "2026-01-31T12:00:04Z",
        "partitions": 9,
        "events": 200,
        "dead_letters": 1,
        "events_per_s": 50.0,
        "lag_events": 17,
        "batch_events": 500,
        "batch_least": 20,
        "batch_most": 1000,
        "last_batch_events": 200,
        "last_commit_s": 0.25,
        "buffered_events": 40,
        "hold_reason": "Neo4j cannot write",
        "spent_s": {"poll": 1.5, "decode": 0.0, "commit": 0.25},
    }
    own.close()
    assert read_progress(settings) == []


def test_a_worker_that_says_nothing_any_more_is_silent_and_a_killed_one_is_gone(settings: Settings) -> None:
    clocks = Clocks()
    own = reporter(settings, clocks, Meter(clock=clocks.monotonic))
    own.report("reading")
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    report = progress_folder(settings) / f"graph-{os.getpid()}.json"
    dead = msgspec.json.decode(report.read_bytes()) | {"pid": ended.pid, "events_per_s": 5.0}
    (progress_folder(settings) / f"graph-{ended.pid}.json").write_bytes(msgspec.json.encode(dead))
    assert {one.state for one in read_progress(settings, now=clocks.now)} == {"reading", "gone"}
    clocks.s = SILENT_S + 1
    assert {(one.state, one.events_per_s) for one in read_progress(settings, now=clocks.now)} == {
        ("silent", 0.0),
        ("gone", 0.0),
    }
    reporter(settings, clocks, Meter(clock=clocks.monotonic), hop="lake").report("reading")
    assert {one.hop for one in read_progress(settings)} == {"graph", "lake"}
    assert not any(one.pid == ended.pid for one in read_progress(settings)), "the next worker clears away the gone"


def test_a_file_that_is_no_report_is_passed_over(settings: Settings) -> None:
    folder = progress_folder(settings)
    folder.mkdir(parents=True)
    (folder / "graph-1.json").write_bytes(b'{"hop": "graph"')
    (folder / "graph-2.json").write_bytes(b'{"hop": "graph"}')
    assert read_progress(settings) == []


def test_a_folder_that_cannot_be_written_stops_no_worker(settings: Settings) -> None:
    clocks = Clocks()
    (settings.home / "run").write_bytes(b"a file where a folder should be")
    own = reporter(settings, clocks, Meter(clock=clocks.monotonic))
    own.report("reading")
    own.report("reading")
    own.close()
    assert read_progress(settings) == []
