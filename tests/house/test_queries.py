"""Query text lives under queries/, every file there has a true header and somebody who runs it."""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

from tests.house.conftest import ROOT, parsed, project_files, python_files, short
from workbench.queries import load_query

QUERIES = ROOT / "queries"
FILES = [path for path in project_files() if QUERIES in path.parents]

_QUERY_TEXT = re.compile(
    r"\b(SELECT\s+[\w*(`'\"]|INSERT\s+INTO\s|DELETE\s+FROM\s|CREATE\s+(OR REPLACE\s+)?(UNIQUE\s+)?"
    r"(TABLE|INDEX|VIEW|MATERIALIZED|CONSTRAINT)\s|UPDATE\s+\w+\s+SET\s|ALTER\s+TABLE\s|DROP\s+(TABLE|VIEW|INDEX)\s)"
    r"|\b(MATCH|MERGE)\s*\(|\bUNWIND\s+\$|\bDETACH\s+DELETE\b"
)


def _documentation(tree: ast.AST) -> set[ast.AST]:
    """String expressions that stand alone: docstrings, and those under a constant."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def query_text(tree: ast.Module) -> list[tuple[int, str]]:
    """Lines and beginnings of string constants that hold a query."""
    prose = _documentation(tree)
    return [
        (node.lineno, node.value[:60])
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in prose
        and _QUERY_TEXT.search(node.value)
    ]


@pytest.mark.parametrize(
    "text",
    ["SELECT 1", "MATCH (n)", "MERGE (n)", "INSERT INTO t VALUES", "CREATE TABLE t", "UPDATE t SET x", "UNWIND $rows"],
)
def test_the_rule_sees_a_query(text: str) -> None:
    assert query_text(ast.parse(f"run({text!r})"))
    assert query_text(ast.parse(f"run(f'{text} {{x}}')"))
    assert not query_text(ast.parse(f'"""{text}"""'))


def test_no_query_text_in_python() -> None:
    found = {short(path): texts for path in python_files("workbench") if (texts := query_text(parsed(path)))}
    assert found == {}, "move it to queries/<store>/"


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_query_file_has_a_header_that_agrees_with_its_text(path: Path) -> None:
    store, *_ = path.relative_to(QUERIES).parts
    assert path.suffix == (".cypher" if store == "graph" else ".sql")
    query = load_query(store, str(path.relative_to(QUERIES / store).with_suffix("")))
    assert query.purpose
    assert query.returns or re.search(r"^\W*Returns\s*:\s*(none|-|nothing)", query.text, re.M | re.I)


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_query_lists_its_columns(path: Path) -> None:
    text = "\n".join(
        line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("--", "//"))
    )
    assert not re.search(r"\bSELECT\s+(DISTINCT\s+)?\*", text, re.I), "no SELECT *"


@lru_cache(maxsize=1)
def _spoken() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """String constants of the code that may run a query, and patterns of the f-strings in it."""
    words: set[str] = set()
    patterns: set[str] = set()
    for folder in ("workbench", "notebooks", "course_exercises", "tests", "benchmarks"):
        for path in python_files(folder):
            if path == Path(__file__):
                continue
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.JoinedStr):
                    parts = [re.escape(p.value) if isinstance(p, ast.Constant) else r"[\w/]+" for p in node.values]
                    if any(isinstance(p, ast.Constant) and re.search(r"\w{3}", str(p.value)) for p in node.values):
                        patterns.add("".join(parts))
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    words.add(node.value)
    return frozenset(words), tuple(re.compile(pattern) for pattern in sorted(patterns))


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_query_is_run_somewhere(path: Path) -> None:
    store, *_ = path.relative_to(QUERIES).parts
    name = str(path.relative_to(QUERIES / store).with_suffix(""))
    words, patterns = _spoken()
    # A whole folder is run in order by its name, e.g. schema.
    asked = {name, name.rpartition("/")[2], *(str(parent) for parent in Path(name).parents if str(parent) != ".")}
    assert asked & words or any(pattern.fullmatch(name) for pattern in patterns), "nobody runs it: delete it"
