"""The exercise on the stored priority order both ways, on a real PostgreSQL."""

import math
from pathlib import Path

import pytest

from tests.exercises.answers import answer, expected, met
from workbench.course.checks import priority_order
from workbench.course.checks.cypher import Answer
from workbench.course.checks.priority_order import COLUMNS, EXPECTED, TENANT, check
from workbench.course.exercises import find_exercise
from workbench.database.frames import longest_conversations
from workbench.errors import CheckFailedError
from workbench.settings import Settings

EXERCISE = find_exercise("priority_order")


@pytest.mark.postgresql
@pytest.mark.timeout(120)
def test_the_solution_passes_and_the_stub_and_every_wrong_answer_meet_their_sentences(
    fresh: Settings, tmp_path: Path
) -> None:
    solved = check(fresh, answer(EXERCISE, tmp_path / "solution", EXERCISE.solution))
    assert (solved.passed, solved.details) == (True, ()), solved
    stub = check(fresh, answer(EXERCISE, tmp_path / "stub", EXERCISE.folder))
    assert stub.says == "Your query returns no row for a conversation that has six segments."
    told = {one.folder: check(fresh, EXERCISE.folder / one.folder) for one in EXERCISE.wrong}
    assert met(EXERCISE, told) == expected(EXERCISE)
    assert "at or near" in told["wrong/not_sql"].details[0]


@pytest.mark.postgresql
def test_nothing_of_a_check_stays_even_when_the_answer_tries_to_commit(fresh: Settings, tmp_path: Path) -> None:
    (tmp_path / "priority_order.sql").write_text("COMMIT")
    assert check(fresh, tmp_path).says == "PostgreSQL does not run your query."
    assert check(fresh, EXERCISE.solution).passed
    assert longest_conversations(fresh, tenant_id=TENANT).is_empty()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([*EXPECTED, EXPECTED[0]], "more than once"),
        ([(1, None, *EXPECTED[0][2:])], "A value is missing"),
        ([one._replace(priority=math.nan) for one in EXPECTED], "A priority is not what holds now"),
        ([one._replace(pinned=False) for one in EXPECTED], "pinned when one of its turns is"),
        ([one._replace(importance=one.recency, recency=one.importance) for one in EXPECTED], "The parts add up, but"),
        (
            [one._replace(rank=at) for at, one in enumerate((EXPECTED[0], EXPECTED[5], *EXPECTED[1:5]), 1)],
            "do not come in the order of their priority",
        ),
    ],
)
def test_each_further_difference_has_its_sentence(rows: list[tuple[object, ...]], says: str) -> None:
    priority_order.compare(Answer(COLUMNS, EXPECTED))
    with pytest.raises(CheckFailedError, match=says):
        priority_order.compare(Answer(COLUMNS, tuple(rows)))
