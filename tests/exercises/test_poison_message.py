"""The exercise on a poison message both ways, on a real Neo4j."""

import json
from pathlib import Path

import pytest

from tests.exercises.answers import answer, expected, met
from workbench.course.checks.learner_poison import outcomes
from workbench.course.checks.poison_message import check, judge, own_batches
from workbench.course.checks.verdict import Verdict
from workbench.course.exercises import find_exercise
from workbench.settings import Settings

pytestmark = [pytest.mark.neo4j]

EXERCISE = find_exercise("poison_message")


@pytest.mark.timeout(300)
def test_the_solution_passes_and_the_stub_and_every_wrong_answer_meet_their_sentences(
    fresh: Settings, tmp_path: Path
) -> None:
    solved = check(fresh, answer(EXERCISE, tmp_path / "solution", EXERCISE.solution))
    assert (solved.passed, solved.details) == (True, ()), solved
    stub = check(fresh, answer(EXERCISE, tmp_path / "stub", EXERCISE.folder))
    assert stub.says == "One refused note stopped the whole batch: 0 of 5 things are stored."
    assert "FEBRUARY 31" in stub.details[0]
    told: dict[str, Verdict] = {}
    given = own_batches()
    for one in EXERCISE.wrong:
        found = outcomes(EXERCISE.folder / one.folder / "poison_message.py", given, fresh)  # spares a process each
        told[one.folder] = judge(json.loads(json.dumps(found)), given["batches"])
    assert met(EXERCISE, told) == expected(EXERCISE)


def test_a_file_that_breaks_is_told_with_its_line(fresh: Settings, tmp_path: Path) -> None:
    (tmp_path / "poison_message.py").write_text("def write_batch(sink, notes, dead_letter):\n    1 / 0\n")
    assert check(fresh, tmp_path).says == "poison_message.py stopped in line 2: ZeroDivisionError: division by zero"
    (tmp_path / "poison_message.py").write_text("def write_batch(")
    broken = check(fresh, tmp_path)
    assert broken.says == "poison_message.py cannot be run."
    assert "SyntaxError" in broken.details[0]
