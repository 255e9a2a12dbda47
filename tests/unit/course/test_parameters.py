import json
from pathlib import Path

import pytest

from workbench.course.library import find_notebook, notebook_paths
from workbench.course.parameters import assignments, check_parameters, notebook_parameters
from workbench.errors import UsageError

CELL = """model: str = "gpt-4o"  # whose window is built, a model's name
limit: int = 20  # rows, count
hours: float = 24.0  # length of the window, hours
everything: bool = False  # whether replayed calls count too"""


def write(path: Path, cell: str, *, tags: tuple[str, ...] = ("parameters",)) -> Path:
    code = {
        "cell_type": "code",
        "id": "a",
        "metadata": {"tags": list(tags)},
        "source": cell,
        "outputs": [],
        "execution_count": None,
    }
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    path.write_text(
        json.dumps({"cells": [code], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})
    )
    return path


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write(tmp_path / "04_topic.ipynb", CELL)


def test_declared_parameters_are_read_with_type_default_and_meaning(notebook: Path) -> None:
    found = notebook_parameters(notebook)
    assert list(found) == ["model", "limit", "hours", "everything"]
    assert (found["limit"].type_name, found["limit"].default, found["limit"].meaning) == ("int", 20, "rows, count")


def test_text_becomes_the_declared_type(notebook: Path) -> None:
    given = {"model": "o1", "limit": "5", "hours": "0.5", "everything": "yes"}
    assert check_parameters(notebook, given) == {"model": "o1", "limit": 5, "hours": 0.5, "everything": True}


def test_typed_values_pass_and_a_whole_number_may_stand_for_a_number(notebook: Path) -> None:
    found = check_parameters(notebook, {"hours": 3, "everything": False})
    assert found == {"hours": 3.0, "everything": False}
    assert isinstance(found["hours"], float)


def test_an_unknown_name_is_refused_with_the_nearest_one(notebook: Path) -> None:
    with pytest.raises(UsageError, match=r"04_topic\.ipynb has no parameter 'limt'; did you mean 'limit'\?"):
        check_parameters(notebook, {"limt": 5})


def test_a_name_like_no_other_is_answered_with_all_names(notebook: Path) -> None:
    with pytest.raises(UsageError, match=r"it takes model, limit, hours, everything"):
        check_parameters(notebook, {"zzz": 1})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "five"),
        ("limit", 2.5),
        ("limit", True),
        ("hours", "nan"),
        ("hours", float("inf")),
        ("everything", "maybe"),
        ("everything", 1),
        ("model", 3),
    ],
)
def test_a_value_of_another_type_is_one_line_that_names_both(notebook: Path, name: str, value: object) -> None:
    with pytest.raises(UsageError) as raised:
        check_parameters(notebook, {name: value})
    message = str(raised.value)
    assert name in message
    assert repr(value) in message
    assert "\n" not in message


def test_a_notebook_without_parameters_takes_none(tmp_path: Path) -> None:
    path = write(tmp_path / "01_topic.ipynb", "x = 1", tags=())
    assert notebook_parameters(path) == {}
    with pytest.raises(UsageError, match="no cell tagged 'parameters'"):
        check_parameters(path, {"limit": 1})


def test_a_parameter_with_an_odd_type_or_default_is_refused(tmp_path: Path) -> None:
    odd_type = write(tmp_path / "01_a.ipynb", "names: dict = {}  # what")
    with pytest.raises(UsageError, match="'names' has type 'dict'"):
        notebook_parameters(odd_type)
    computed = write(tmp_path / "02_b.ipynb", "limit: int = len('abc')  # what")
    with pytest.raises(UsageError, match="not a plain value"):
        notebook_parameters(computed)


@pytest.mark.parametrize("content", ["", "not json", "{}", '{"cells": 3}'])
def test_a_file_that_is_no_notebook_is_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "01_broken.ipynb"
    path.write_text(content)
    with pytest.raises(UsageError, match="cannot be read as a notebook") as raised:
        check_parameters(path, {})
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("pairs", [["limit"], ["=5"], ["limit=1", "limit=2"]])
def test_words_that_are_no_assignment_are_refused(pairs: list[str]) -> None:
    with pytest.raises(UsageError):
        assignments(pairs)


@pytest.mark.parametrize("name", ["04_topic", "4", "04", "topic", "04_topic.ipynb", "notebooks/04_topic.py"])
def test_a_notebook_is_found_by_name_number_or_topic(notebook: Path, name: str) -> None:
    assert find_notebook(name, notebook.parent) == notebook


def test_an_unknown_notebook_is_refused_with_the_nearest_name(notebook: Path) -> None:
    with pytest.raises(UsageError, match=r"no notebook 'topik'; did you mean 'topic'\?"):
        find_notebook("topik", notebook.parent)


def test_the_course_has_seven_notebooks_in_order() -> None:
    assert [path.stem for path in notebook_paths()] == [
        "01_architecture", "02_configuration", "03_knowledge_graph", "04_infinite_context", "05_data_lake",
        "06_analytics", "07_health",
    ]  # fmt: skip


BOUND = """since: str = ""  # beginning of the window, RFC 3339 with zone, inclusive; empty for none
until: str = ""  # end of the window, RFC 3339 with zone, exclusive; empty for none
depth: int = 2  # steps from the entity, 1 to 5
sure: float = 0.5  # least confidence, 0 to 1
rows: int = 20  # rows, count"""


@pytest.fixture
def bound(tmp_path: Path) -> Path:
    return write(tmp_path / "03_topic.ipynb", BOUND)


def test_values_within_what_the_comment_says_pass(bound: Path) -> None:
    given = {"depth": "5", "sure": "1", "rows": "500", "since": "2026-01-31T12:00:00Z", "until": ""}
    assert check_parameters(bound, given) == given | {"depth": 5, "sure": 1.0, "rows": 500}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"depth": "0"}, r"depth takes 1 to 5, got 0 \(steps from the entity, 1 to 5\)"),
        ({"depth": 6}, "depth takes 1 to 5, got 6"),
        ({"sure": "1.5"}, r"sure takes 0 to 1, got 1\.5"),
        ({"since": "yesterday"}, "since takes a time with its zone, as 2026-01-31T12:00:00Z, got 'yesterday'"),
        ({"until": "2026-01-31T12:00:00"}, "until takes a time with its zone"),
        ({"since": "2026-01-31T12:00:00Z", "until": "2026-01-31T13:00:00+01:00"}, "must be before until"),
    ],
)
def test_values_out_of_range_and_times_without_zone_are_refused_before_a_kernel_starts(
    bound: Path, given: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        check_parameters(bound, given)
