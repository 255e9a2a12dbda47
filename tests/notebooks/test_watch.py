"""A stream is watched while it runs: what the workers report becomes the rows that the notebook draws."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.clock import monotonic_s
from workbench.course.checks.services import graph_worker, wait_until_quiet
from workbench.course.views.flow import FlowView
from workbench.pipelines.prepare import prepare
from workbench.settings import Settings, load_settings

WAIT_S = 90.0


@pytest.fixture
def worked(fresh: Settings) -> Iterator[Settings]:
    prepare(fresh)
    with graph_worker(fresh):
        yield fresh


@pytest.mark.kafka
@pytest.mark.neo4j
@pytest.mark.timeout(240)
def test_conversations_that_are_played_show_in_the_workers_throughput(worked: Settings) -> None:
    flow = FlowView(worked)
    until = monotonic_s() + WAIT_S
    hops: set[str] = set()
    play = 5
    while hops != {"extraction", "graph"} and monotonic_s() < until:
        seen = flow.watch(3.0, play=play, every_s=0.2)
        play = 0 if seen.height else play  # nothing is played before a worker runs
        hops |= set(seen.filter(seen["events_per_s"] > 0)["hop"])
    assert hops == {"extraction", "graph"}
    wait_until_quiet(worked)
    accounts = flow.accounts("knowledge_graph")
    assert accounts["ok"].all()
    assert accounts.filter(accounts["event_type"] == "message.added")["stored"].min() > 0


def test_without_a_worker_nothing_is_played_and_nobody_waits(tmp_path: Path) -> None:
    settings = load_settings(environ={}, directory=tmp_path, WORKBENCH_HOME=tmp_path)
    began = monotonic_s()
    assert FlowView(settings).watch(30.0, play=5).height == 0
    assert monotonic_s() - began < 10
    assert not settings.outbox_path.exists()
