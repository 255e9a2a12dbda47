"""Notebooks are thin, paired, clean, and their parameters are typed."""

import ast
import re
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

from tests.house.conftest import ROOT, short
from tests.house.test_imports import HOMES
from tests.house.test_queries import query_text

FOLDER = ROOT / "notebooks"
SOURCES = sorted(path for path in FOLDER.rglob("*.py") if ".ipynb_checkpoints" not in path.parts)
MOST_LINES = 15
_PARAMETER = re.compile(r"^\w+\s*:\s*[\w\[\]| .]+=\s*.+?\s+#\s*\S+")


def read(path: Path) -> Any:
    return jupytext.read(path)


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def tags(cell: Any) -> list[str]:
    found: list[str] = cell.metadata.get("tags", [])
    return found


def tree(cell: Any) -> ast.Module:
    lines = [line for line in cell.source.splitlines() if not line.lstrip().startswith(("%", "!"))]
    return ast.parse("\n".join(lines))


def test_there_are_notebooks() -> None:
    numbers = [path.name[:2] for path in SOURCES if path.parent == FOLDER]
    assert numbers == ["01", "02", "03", "04", "05", "06", "07"]


def test_every_notebook_that_is_opened_has_one_that_is_reviewed() -> None:
    opened = {path.with_suffix("") for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts}
    assert opened == {path.with_suffix("") for path in SOURCES}


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_the_pair_is_equal(path: Path) -> None:
    reviewed, opened = read(path), nbformat.read(path.with_suffix(".ipynb"), as_version=4)

    def shape(notebook: Any) -> list[tuple[str, str, list[str]]]:
        return [(cell.cell_type, cell.source, tags(cell)) for cell in notebook.cells]

    assert shape(opened) == shape(reviewed), "run: jupytext --sync notebooks/*.ipynb"
    assert opened.metadata.kernelspec == reviewed.metadata.kernelspec


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_outputs_are_cleared(path: Path) -> None:
    opened = nbformat.read(path.with_suffix(".ipynb"), as_version=4)
    nbformat.validate(opened)
    dirty = [cell.id for cell in opened.cells if cell.get("outputs") or cell.get("execution_count") is not None]
    assert dirty == []


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_the_header_names_the_kernels_language(path: Path) -> None:
    metadata = read(path).metadata
    assert metadata.kernelspec.language == "python"
    assert metadata.kernelspec.name == "python3"
    assert "ipynb,py:percent" in metadata.jupytext.formats


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_it_begins_with_a_question(path: Path) -> None:
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    title = first.source.splitlines()[0]
    assert title.startswith("# ")
    assert "?" in first.source, "the title asks what the notebook answers"


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_there_is_one_parameters_cell_and_each_parameter_has_type_default_and_meaning(path: Path) -> None:
    cells = [cell for cell in code_cells(path) if "parameters" in tags(cell)]
    assert len(cells) == 1
    lines = [line for line in cells[0].source.splitlines() if line.strip() and not line.startswith("#")]
    assert lines
    assert [line for line in lines if not _PARAMETER.match(line)] == [], "name: type = default  # meaning, unit"


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_cells_are_short(path: Path) -> None:
    assert [cell.source for cell in code_cells(path) if len(cell.source.splitlines()) > MOST_LINES] == []


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_nothing_is_defined(path: Path) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = [node.name for cell in code_cells(path) for node in ast.walk(tree(cell)) if isinstance(node, kinds)]
    assert found == [], "a notebook calls the package"


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_no_query_and_no_driver(path: Path) -> None:
    for cell in code_cells(path):
        assert query_text(tree(cell)) == []
        for node in ast.walk(tree(cell)):
            if isinstance(node, ast.Import):
                names = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {str(node.module).partition(".")[0]}
            else:
                continue
            assert names & HOMES.keys() == set()


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_it_ends_by_asserting_its_claim(path: Path) -> None:
    last = code_cells(path)[-1]
    asserts = any(isinstance(node, ast.Assert) for node in ast.walk(tree(last)))
    claims = re.search(r"\b(claim|check|expect|assert)\w*\(", last.source)
    assert asserts or claims


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_time_comes_from_parameters(path: Path) -> None:
    for cell in code_cells(path):
        assert not re.search(r"\b(datetime\.now|utcnow|time\.time|random\.)\b", cell.source)
