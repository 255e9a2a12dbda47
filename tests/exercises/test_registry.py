"""Every exercise whole: registered, with hints, with a stub made from its solution."""

from pathlib import Path

import pytest

from tests.house.conftest import short
from workbench.course.checks import entity_graph
from workbench.course.checks.cypher import Answer
from workbench.course.exercises import HINTS, Exercise, find_exercise, find_exercises, load_exercises
from workbench.course.library import exercises_folder, notebook_paths
from workbench.course.progress import Done, Progress
from workbench.course.stubs import stub_of, write_stubs
from workbench.errors import CheckFailedError, UsageError
from workbench.settings import load_settings

EXERCISES = load_exercises()


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.name)
def test_the_stub_is_what_the_solution_gives(exercise: Exercise) -> None:
    for name in exercise.files:
        solution = (exercise.solution / name).read_text()
        stub = (exercise.folder / name).read_text()
        assert stub == stub_of(solution), f"run: workbench check {exercise.name} --reset"
        assert "TODO: " in stub
        assert "SOLUTION" not in stub


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.name)
def test_hints_are_three_different_sentences(exercise: Exercise) -> None:
    assert len(set(exercise.hints)) == HINTS == len(exercise.hints)
    assert all(len(hint) > 40 for hint in exercise.hints)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda one: one.name)
def test_every_file_of_an_exercise_is_registered(exercise: Exercise) -> None:
    wrong = {exercise.folder / one.folder for one in exercise.wrong}
    on_disk = {path for path in (exercise.folder / "wrong").iterdir() if path.is_dir()}
    assert on_disk == wrong
    for folder in wrong:
        changed = {path.name for path in folder.iterdir() if path.suffix != ".pyc" and path.is_file()}
        assert changed
        assert changed <= set(exercise.files), short(folder)
    assert {path.name for path in exercise.solution.iterdir() if path.is_file()} == set(exercise.files)
    assert len({one.says for one in exercise.wrong}) >= len(exercise.wrong) - 1


def test_every_folder_is_registered_and_named_like_its_notebook() -> None:
    root = exercises_folder()
    folders = {path.relative_to(root).as_posix() for path in root.glob("[0-9]*/*") if path.is_dir()}
    assert folders == {one.name for one in EXERCISES}
    assert {one.module for one in EXERCISES} <= {path.stem for path in notebook_paths()}
    assert len({one.number for one in EXERCISES}) == len({one.topic for one in EXERCISES}) == len(EXERCISES)
    for one in EXERCISES:
        assert set(one.needs) <= {"kafka", "neo4j", "clickhouse", "postgresql", "s3"}


def test_the_exercises_of_a_module_are_counted_from_one() -> None:
    assert [one.number for one in find_exercises("3")] == ["3.1", "3.2", "3.3"]
    assert [one.number for one in find_exercises("4")] == [f"4.{at}" for at in range(1, len(find_exercises("4")) + 1)]


@pytest.mark.parametrize("name", ["03_knowledge_graph/entity_graph", "3.1", "entity_graph"])
def test_an_exercise_is_found_by_name_number_or_topic(name: str) -> None:
    assert find_exercise(name).name == "03_knowledge_graph/entity_graph"


@pytest.mark.parametrize("name", ["03_knowledge_graph", "3", "knowledge_graph"])
def test_the_exercises_of_a_module_are_found_by_its_name_number_or_topic(name: str) -> None:
    assert [one.topic for one in find_exercises(name)] == ["entity_graph", "same_thing", "poison_message"]
    with pytest.raises(UsageError, match=r"has 3 exercises, name one of them: 3\.1 entity_graph, 3\.2 same_thing"):
        find_exercise(name)


def test_an_unknown_exercise_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"no exercise 'same_things'; did you mean 'same_thing'\?"):
        find_exercise("same_things")


def test_a_registry_that_lacks_something_says_what(tmp_path: Path) -> None:
    (tmp_path / "exercises.toml").write_text('[[exercise]]\nname = "01_a"\norder = 1\ntitle = "t"\n')
    with pytest.raises(UsageError, match="exercise 01_a has no 'goal'"):
        load_exercises(tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        load_exercises(tmp_path / "nowhere")


def test_writing_the_stubs_again_keeps_what_the_learner_wrote(tmp_path: Path) -> None:
    exercise = find_exercise("3.1")
    write_stubs(exercise, tmp_path)
    (tmp_path / "entity_graph.cypher").write_text("RETURN 1")
    write_stubs(exercise, tmp_path)
    assert (tmp_path / "entity_graph.cypher.mine").read_text() == "RETURN 1"
    assert (tmp_path / "entity_graph.cypher").read_text() == (exercise.folder / "entity_graph.cypher").read_text()
    assert not (tmp_path / "send_conversation.py.mine").exists()


@pytest.mark.parametrize("text", ["a\n", "# BEGIN SOLUTION: do\nb\n"])
def test_a_solution_without_a_whole_marked_block_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no complete block"):
        stub_of(text)


def test_a_stub_keeps_indentation_and_lines_that_are_marked_for_it() -> None:
    solution = "def f():\n    # BEGIN SOLUTION: count\n    # STUB: return 0\n    return 1\n    # END SOLUTION\n"
    assert stub_of(solution) == "def f():\n    # TODO: count\n    return 0\n"


def test_hints_come_one_after_the_other_and_the_last_one_stays(tmp_path: Path) -> None:
    progress = Progress(load_settings(environ={}, directory=tmp_path, WORKBENCH_HOME=tmp_path))
    assert [progress.next_hint("03_knowledge_graph", 3) for _ in range(5)] == [1, 2, 3, 3, 3]


def test_the_first_pass_keeps_its_time_and_tries_are_counted(tmp_path: Path) -> None:
    progress = Progress(load_settings(environ={}, directory=tmp_path, WORKBENCH_HOME=tmp_path))
    assert progress.tried("a", passed=False) == Done(tries=1)
    first = progress.tried("a", passed=True)
    assert first.passed_at is not None
    later = progress.tried("a", passed=False)
    assert (later.tries, later.passed_at) == (3, first.passed_at)
    assert progress.next_hint("a", 3) == 1
    assert progress.of("a").tries == 3


def test_damaged_progress_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    (tmp_path / "course" / "progress.json").write_text("[1")
    with pytest.raises(UsageError, match="is damaged"):
        Progress(load_settings(environ={}, directory=tmp_path, WORKBENCH_HOME=tmp_path)).all()


COLUMNS = entity_graph.COLUMNS
EXPECTED = [("Airflow", "DEPENDS_ON", "PostgreSQL"), ("PostgreSQL", None, None)]
KNOWN = {"Airflow", "PostgreSQL"}


def test_the_expected_rows_pass_in_any_order() -> None:
    entity_graph.compare(Answer(COLUMNS, tuple(reversed(EXPECTED))), EXPECTED, known=KNOWN)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "returns no row"),
        (EXPECTED[:1], "at which no link starts are missing"),
        (EXPECTED[1:], "Links are missing"),
        ([*EXPECTED, ("Airflow", None, None)], "Entities at which a link starts"),
        ([*EXPECTED, EXPECTED[0]], "more than once"),
        ([*EXPECTED, ("Grafana", None, None)], "other conversations"),
        ([*EXPECTED, ("Airflow", "USES", "Redis")], "another conversation stated"),
        ([*EXPECTED, ("PostgreSQL", "DEPENDS_ON", "Airflow")], "wrong way round"),
    ],
)
def test_each_difference_has_its_sentence(rows: list[tuple[str | None, ...]], says: str) -> None:
    with pytest.raises(CheckFailedError, match=says):
        entity_graph.compare(Answer(COLUMNS, tuple(rows)), EXPECTED, known=KNOWN)
