"""The exercise on two sessions that speak of the same thing both ways, on the real servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exercises.answers import answer, expected, met
from workbench.course.checks.same_thing import judge
from workbench.course.checks.services import graph_worker
from workbench.course.exercises import find_exercise
from workbench.pipelines.prepare import prepare
from workbench.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.neo4j]

EXERCISE = find_exercise("same_thing")


@pytest.fixture
def worked(fresh: Settings) -> Iterator[Settings]:
    prepare(fresh)
    with graph_worker(fresh):
        yield fresh


@pytest.mark.timeout(300)
def test_the_solution_passes_and_the_stub_and_every_wrong_answer_meet_their_sentences(
    worked: Settings, tmp_path: Path
) -> None:
    solved = judge(worked, answer(EXERCISE, tmp_path / "solution", EXERCISE.solution))
    assert (solved.passed, solved.details) == (True, ()), solved
    stub = judge(worked, answer(EXERCISE, tmp_path / "stub", EXERCISE.folder))
    assert stub.says.startswith("Your query finds no pair")
    told = {
        one.folder: judge(
            worked, answer(EXERCISE, tmp_path / one.folder, EXERCISE.solution, EXERCISE.folder / one.folder)
        )
        for one in EXERCISE.wrong
    }
    assert met(EXERCISE, told) == expected(EXERCISE)
