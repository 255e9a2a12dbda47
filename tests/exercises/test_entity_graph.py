"""The exercise on the entity graph both ways, on the real servers, and what a learner is told."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exercises.answers import answer, expected, met
from workbench.course.checks.entity_graph import judge
from workbench.course.checks.services import chat_and_graph
from workbench.course.exercises import find_exercise
from workbench.pipelines.play import ChatService
from workbench.pipelines.prepare import prepare
from workbench.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.neo4j, pytest.mark.postgresql]

EXERCISE = find_exercise("entity_graph")


@pytest.fixture
def service(fresh: Settings) -> Iterator[ChatService]:
    prepare(fresh)
    with chat_and_graph(fresh) as found:
        yield found


@pytest.mark.timeout(300)
def test_the_solution_passes_and_the_stub_and_every_wrong_answer_meet_their_sentences(
    fresh: Settings, service: ChatService, tmp_path: Path
) -> None:
    solved = judge(fresh, service, answer(EXERCISE, tmp_path / "solution", EXERCISE.solution))
    assert (solved.passed, solved.details) == (True, ()), solved
    stub = judge(fresh, service, answer(EXERCISE, tmp_path / "stub", EXERCISE.folder))
    assert not stub.passed
    assert stub.says.startswith("No question has arrived in the conversation")
    half = answer(EXERCISE, tmp_path / "half", EXERCISE.folder)
    shutil.copyfile(EXERCISE.solution / "send_conversation.py", half / "send_conversation.py")
    unfinished = judge(fresh, service, half)
    assert unfinished.says == "Your query returns no row for a conversation that names entities."
    told = {
        one.folder: judge(
            fresh, service, answer(EXERCISE, tmp_path / one.folder, EXERCISE.solution, EXERCISE.folder / one.folder)
        )
        for one in EXERCISE.wrong
    }
    assert met(EXERCISE, told) == expected(EXERCISE)


def workbench(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    connections = json.loads((settings.home / "connections.json").read_text())
    environment = {**os.environ, **connections, "WORKBENCH_HOME": str(settings.home)}
    return subprocess.run(
        [sys.executable, "-m", "workbench", *arguments], env=environment, capture_output=True, text=True, timeout=200
    )


@pytest.mark.timeout(300)
def test_a_learner_is_told_what_is_missing_and_where_the_next_hint_is(fresh: Settings) -> None:
    """The check starts what it needs itself; nothing but the servers runs."""
    prepare(fresh)
    checked = workbench(fresh, "check", "3.1")
    assert checked.returncode == 8, checked.stderr
    assert "not yet  03_knowledge_graph/entity_graph: No question has arrived" in checked.stdout.replace("\n", " ")
    assert "workbench hint 03_knowledge_graph/entity_graph" in checked.stdout
    assert workbench(fresh, "hint", "3.1").stdout.startswith(f"1 of 3  {EXERCISE.hints[0][:30]}")
    assert workbench(fresh, "hint", "entity_graph").stdout.startswith("2 of 3")
    row, *others = json.loads(workbench(fresh, "progress", "--json").stdout)
    assert {one["state"] for one in others} == {"open"}
    assert (row["state"], row["tries"], row["hints"]) == ("tried", 1, 2)
    refused = workbench(fresh, "hint", "9")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
