"""``workbench worker NAME status``: what workers reported, without contacting a server."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from workbench.cli.worker import register
from workbench.settings import load_settings
from workbench.stream.metering import Meter
from workbench.stream.progress import ProgressReporter


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    settings = load_settings(environ={}, directory=tmp_path, WORKBENCH_HOME=tmp_path)
    for hop in ("extraction", "graph", "lake"):
        meter = Meter(clock=lambda: 0.0)
        meter.committed(1234, 0.5)
        reporter = ProgressReporter(settings, hop, meter=meter, clock=lambda: 0.0)
        reporter.report("holding", partitions=18, lag_events=77, batch=(1500, 60, 3000), hold_reason="Neo4j is gone")
    return tmp_path


def run(*arguments: str) -> str:
    app = typer.Typer()
    register(app)
    app.command("other")(lambda: None)  # with one command alone, typer drops its name
    done = CliRunner().invoke(app, ["worker", *arguments], env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.usefixtures("home")
def test_a_worker_shows_its_own_hops_with_lag_batch_and_why_it_holds() -> None:
    shown = run("graph", "status")
    lines = shown.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["extraction", "graph"]
    for part in ("holding", "18", "77", "1,500 of 3,000", "0.50 s", "1,234"):
        assert part in lines[2]
    assert "Neo4j is gone" in shown
    assert "lake" not in shown


@pytest.mark.usefixtures("home")
def test_for_machines_it_is_a_list_of_objects() -> None:
    (found,) = json.loads(run("lake", "status", "--json"))
    assert (found["hop"], found["state"], found["lag_events"], found["batch_most"]) == ("lake", "holding", 77, 3000)


@pytest.mark.usefixtures("home")
def test_where_none_runs_it_says_so() -> None:
    assert run("context", "status") == "worker context: none runs here that reports\n"
    assert run("warehouse", "status") == "worker warehouse: reads no topic, so no report\n"
    assert json.loads(run("context", "status", "--json")) == []
