"""One word through all folders: the module table of README.md."""

import re

import pytest

from tests.house.conftest import ROOT

ROWS = {
    "1 Introduction": ("01_architecture", {"stack", "health"}, "–"),
    "2 Configuration": ("02_configuration", {"settings", "stack"}, "–"),
    "3 Knowledge graph streaming": ("03_knowledge_graph", {"extraction", "stream", "graph", "pipelines"}, "graph/"),
    "4 Infinite context": ("04_infinite_context", {"context", "memory", "learning", "database"}, "context/"),
    "5 Data lake": ("05_data_lake", {"lake", "pipelines"}, "lake/"),
    "6 Analytics": ("06_analytics", {"warehouse", "reports"}, "warehouse/"),
    "7 Health": ("07_health", {"health", "stream"}, "all"),
}


def table() -> dict[str, list[str]]:
    """Course module -> the other cells of its row, without their markup."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if line.startswith("|")]
    found = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", "|".join(row)).replace("`", "").split("|") for row in rows]
    return {row[0]: row[1:] for row in found if len(row) == 5 and re.match(r"[1-7] ", row[0])}


@pytest.mark.parametrize("module", ROWS)
def test_readme_has_the_row_of_each_module(module: str) -> None:
    notebook, packages, queries = ROWS[module]
    row = table()[module]
    assert row[0] == notebook
    assert set(row[1].split()) == packages
    assert row[2] == queries
    assert row[3].rstrip("/") == notebook


@pytest.mark.parametrize("module", ROWS)
def test_what_the_table_names_is_there(module: str) -> None:
    notebook, packages, queries = ROWS[module]
    assert (ROOT / "notebooks" / f"{notebook}.py").is_file()
    assert all((ROOT / "workbench" / package / "__init__.py").is_file() for package in packages)
    assert queries in {"–", "all"} or (ROOT / "queries" / queries).is_dir()


def test_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in text
    assert "make test" in text
