"""The exercise on eviction both ways; no server is needed."""

from pathlib import Path

import pytest

from tests.exercises.answers import answer, expected, met
from workbench.course.checks.evicting import answered, lru, read_talk
from workbench.course.checks.eviction_policy import check, judge, own_data
from workbench.course.checks.learner_evict import TALKS, outcome
from workbench.course.exercises import find_exercise
from workbench.settings import load_settings

EXERCISE = find_exercise("eviction_policy")


def test_the_solution_passes_and_the_stub_and_every_wrong_answer_meet_their_sentences(tmp_path: Path) -> None:
    settings = load_settings(environ={}, directory=tmp_path, WORKBENCH_HOME=tmp_path)
    solved = check(settings, answer(EXERCISE, tmp_path / "solution", EXERCISE.solution))
    assert (solved.passed, solved.details) == (True, ()), solved
    stub = check(settings, answer(EXERCISE, tmp_path / "stub", EXERCISE.folder))
    assert stub.says.startswith("On the given conversation your policy keeps what 10 of 14 questions need, as many as")
    assert stub.details[0] == "asked in vain: Suggest a cake for the opening that Nadia can eat."
    told = {
        one.folder: judge(outcome(EXERCISE.folder / one.folder / "eviction_policy.py", own_data()))  # spares processes
        for one in EXERCISE.wrong
    }
    assert met(EXERCISE, told) == expected(EXERCISE)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    settings = load_settings(environ={}, directory=tmp_path, WORKBENCH_HOME=tmp_path)
    (tmp_path / "eviction_policy.py").write_text("def evict(")
    assert check(settings, tmp_path).says.startswith("eviction_policy.py stopped in SyntaxError")
    (tmp_path / "eviction_policy.py").write_text("import os\nos._exit(3)\n")
    assert check(settings, tmp_path).says == "eviction_policy.py cannot be run."


@pytest.mark.parametrize("name", TALKS)
def test_the_labels_of_a_conversation_name_earlier_parts_and_no_store_can_hold_all(name: str) -> None:
    talk = read_talk(own_data() / f"{name}.toml")
    assert len(talk.segments) == len(talk.asks) == len(talk.texts)
    assert all(0 < one < segment.number for segment, asks in zip(talk.segments, talk.asks, strict=True) for one in asks)
    assert sum(one.token_count for one in talk.segments) > 2 * talk.budget_tokens
    everything = answered(talk, lambda segments, budget: [], _Seen)
    assert everything[1] == []
    assert len(answered(talk, lru, _Seen)[0]) < len(everything[0])


class _Seen:
    def __init__(self, **values: object) -> None:
        self.__dict__ |= values
