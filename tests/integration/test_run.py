"""The main job, as a user starts it, on the session's servers: small, whole, twice."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.settings import Settings, environment_of

pytestmark = [pytest.mark.kafka, pytest.mark.neo4j, pytest.mark.clickhouse, pytest.mark.postgresql, pytest.mark.s3]


def workbench(
    settings: Settings, *arguments: str, cwd: Path, timeout_s: float = 400
) -> subprocess.CompletedProcess[str]:
    """One command against servers that are external to its home, as when a user names their own."""
    environment = {**os.environ, **environment_of(settings)}
    return subprocess.run(
        [sys.executable, "-m", "workbench", *arguments],
        env=environment, cwd=cwd, capture_output=True, text=True, timeout=timeout_s, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.timeout(900)
def test_the_main_job_ends_reconciled_with_reports_and_again(
    fresh: Settings, tmp_path: Path, shared_data: Path
) -> None:
    reports = tmp_path / "reports"
    first = workbench(fresh, "run", "--conversations", "12", "--calls", "300", "--reports", str(reports), cwd=tmp_path)
    assert first.returncode == 0, first.stdout + first.stderr
    assert f"report: {reports / 'index.html'}" in first.stdout
    assert "NOT RECONCILED" not in first.stdout
    index = (reports / "index.html").read_text()
    assert "Reconciliation" in index
    assert len(list(reports.glob("0*.html"))) == 7

    log = shared_data / "aider" / "events.jsonl"
    again = workbench(
        fresh, "run", "--conversations", "2", "--log", str(log), "--format", "aider", "--no-notebooks", cwd=tmp_path
    )
    assert again.returncode == 0, again.stdout + again.stderr
    assert "28279 rows, 4497 events added, 0 bad" in again.stdout

    repeated = workbench(fresh, "ingest", str(log), "--format", "aider", "--json", cwd=tmp_path)
    assert json.loads(repeated.stdout) | {"named": []} == {
        "rows": 28279, "added": 0, "repeated": 4497, "skipped": 23782, "bad": 0, "named": [],
    }  # fmt: skip
    reconciled = workbench(fresh, "reconcile", "--json", cwd=tmp_path)
    assert reconciled.returncode == 0, reconciled.stdout + reconciled.stderr
    assert json.loads(reconciled.stdout)["settled"]


def test_a_wrong_input_is_one_line_and_nothing_is_started(fresh: Settings, tmp_path: Path) -> None:
    for arguments, words in (
        (("run", "--log", "x", "--format", "excel"), "no format 'excel'"),
        (("ingest", "missing.jsonl", "--format", "aider"), "missing.jsonl cannot be read: No such file or directory"),
        (("ingest", "x"), "say which format"),
        (("rebuild", "lake"), "cannot be rebuilt; stores: graph, context, learning, warehouse"),
    ):
        done = workbench(fresh, *arguments, cwd=tmp_path)
        assert done.returncode in {2, 3}, done.stderr
        assert words in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert not (fresh.home / "logs").exists()
