"""The exercise on outgrowing a window both ways, on the real servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.exercises.answers import answer, expected, met
from workbench.course.checks.beyond_the_window import judge, own_case, verdict_on
from workbench.course.checks.learner_prove import run
from workbench.course.checks.services import chat_and_worker, wait_until_quiet
from workbench.course.exercises import find_exercise
from workbench.database import migrations
from workbench.pipelines.play import ChatService
from workbench.pipelines.window import window_source
from workbench.settings import Settings
from workbench.stream.admin import create_topics

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

EXERCISE = find_exercise("beyond_the_window")


@pytest.fixture
def service(fresh: Settings) -> Iterator[ChatService]:
    create_topics(fresh)
    migrations.apply(fresh)
    with chat_and_worker(fresh, "context") as found:
        yield found
    window_source(fresh).close()  # answers that run in this process build their windows from it


@pytest.mark.timeout(300)
def test_the_solution_passes_and_the_stub_and_every_wrong_answer_meet_their_sentences(
    fresh: Settings, service: ChatService, tmp_path: Path
) -> None:
    solved = judge(fresh, service, answer(EXERCISE, tmp_path / "solution", EXERCISE.solution))
    assert (solved.passed, solved.details) == (True, ()), solved
    assert solved.says.startswith("The conversation has 3.")
    stub = judge(fresh, service, answer(EXERCISE, tmp_path / "stub", EXERCISE.folder))
    assert stub.says.startswith("No message has arrived in the conversation")
    tried = {one.folder: own_case(service) for one in EXERCISE.wrong}
    found = {
        folder: run(EXERCISE.folder / folder / "beyond_the_window.py", given, fresh)  # spares a process each
        for folder, given in tried.items()
    }
    wait_until_quiet(fresh, hops=("context",))
    told = {folder: verdict_on(fresh, found[folder], given) for folder, given in tried.items()}
    assert met(EXERCISE, told) == expected(EXERCISE)
