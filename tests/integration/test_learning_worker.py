"""Kafka -> worker learning -> PostgreSQL -> outbox: killed and repeated, reconciled, each insight once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.learning_corpora import conversation
from tests.integration.learning_rows import completed, messages, store
from tests.stack_waits import eventually
from workbench.database import migrations
from workbench.database.learning_ledger import LearningLedger
from workbench.events.tally import Tally
from workbench.pipelines.learn import wait_learned
from workbench.pipelines.publish import Publisher
from workbench.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]


def worker(settings: Settings, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "workbench", "worker", "learning"],
            stdout=out,
            stderr=out,
            env={**os.environ, "WORKBENCH_HOME": str(settings.home)},
        )


@pytest.mark.timeout(180)
def test_killed_and_started_again_the_worker_learns_everything_once(fresh: Settings, tmp_path: Path) -> None:
    migrations.apply(fresh)
    said = [conversation(n, "fan", [("user", "I prefer short answers."), ("assistant", "Fine.")]) for n in range(8)]
    said += [conversation(100 + n, f"u{n % 9}", [("user", "I saw a film."), ("assistant", "Oh.")]) for n in range(60)]
    store(fresh, [event for one in said for event in messages(one)])
    ends = [completed(one) for one in said]

    def taken() -> Tally:
        with LearningLedger(fresh) as ledger:
            return ledger.tallies().get("conversation.completed", Tally())

    log = tmp_path / "worker.log"
    with Publisher(fresh, upload_blob=None) as publisher:
        running = worker(fresh, log)
        try:
            publisher.publish(ends[:30])
            eventually(lambda: taken().count > 0, "the first are taken", timeout_s=60)
            running.send_signal(signal.SIGKILL)
            running.wait(30)
            publisher.publish([*ends[20:], *ends[:5]])
            assert publisher.flush(30.0)
            running = worker(fresh, log)
            eventually(lambda: taken() == Tally.of(one.event_id for one in ends), "all are taken once", timeout_s=90)
            assert wait_learned(fresh, timeout_s=30)
            told = "learning.insight.created"
            eventually(lambda: publisher.outbox.produced().get(told, Tally()).count == 1, "the insight is told")
        finally:
            running.terminate()
            running.wait(30)
    assert running.returncode == 0, log.read_text()
    with LearningLedger(fresh) as ledger:
        offsets = ledger.offsets()
    assert sum(offsets.values()) == len(ends)
