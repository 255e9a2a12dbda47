"""Settings are the only reader of the environment, and every name in the project is one that they know."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.conftest import ROOT, project_files, python_files, short, source
from workbench.settings.fields import all_fields
from workbench.settings.reference import insert
from workbench.settings.vocabulary import valid_names

READERS = {
    "workbench/settings/sources.py": "the one reader",
    "workbench/cli/__init__.py": "options become names before settings are read",
}
PASSED_ON = ("workbench/stack/", "workbench/course/", "workbench/pipelines/", "workbench/drills/")
"""May hand the whole environment to a child process."""

_NAME = re.compile(r"\b(?:BIGDATA|WORKBENCH|SVC)_[A-Z0-9_]*[A-Z0-9]\b(?!_|\*|<)")
_TEXT = {".py", ".md", ".yml", ".yaml", ".toml", ".sh", ".example", ".ipynb", ""}


def _is_environ(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in {"environ", "environb"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
    )


def _uses(text: str) -> tuple[list[int], list[int]]:
    """Lines that read a name written there, and lines that take the environment as a whole or by a list."""
    tree = ast.parse(text)
    parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
    named: list[int] = []
    whole: list[int] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "getenv":
            named.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            named += [node.lineno for alias in node.names if alias.name in {"environ", "environb", "getenv"}]
        elif _is_environ(node):
            parent = parents[node]
            if isinstance(parent, ast.Attribute):
                called = parents[parent]
                key = called.args[0] if isinstance(called, ast.Call) and called.args else None
            elif isinstance(parent, ast.Subscript):
                key = parent.slice
            else:
                key = parent.left if isinstance(parent, ast.Compare) else None
            (named if isinstance(key, ast.Constant) else whole).append(node.lineno)
    return named, whole


def environment_reads(text: str) -> list[int]:
    """Lines that read one name: ``os.environ["A"]``, ``os.environ.get("A")``, ``os.getenv`` and imports of these."""
    return _uses(text)[0]


def whole_environments(text: str) -> list[int]:
    """Lines that take the environment as a whole, or the names of a list."""
    return _uses(text)[1]


@pytest.mark.parametrize(
    "text", ["os.environ['A']", "os.environ.get('A')", "os.getenv('A')", "from os import environ", "'A' in os.environ"]
)
def test_the_rule_sees_every_way_to_read_a_name(text: str) -> None:
    assert environment_reads(text) == [1]
    assert environment_reads("run(env={**os.environ})") == []
    assert whole_environments("{name: os.environ[name] for name in KEPT}") == [1]
    assert whole_environments("run(env={**os.environ})") == [1]


def test_settings_are_the_only_reader_of_the_environment() -> None:
    others = [path for path in python_files("workbench") if short(path) not in READERS]
    assert {short(path) for path in others if environment_reads(source(path))} == set(), "ask load_settings() instead"
    others = [path for path in others if not short(path).startswith(PASSED_ON)]
    assert {short(path) for path in others if whole_environments(source(path))} == set(), "only some hand it on"


def test_every_name_in_the_project_is_a_setting() -> None:
    unknown: dict[str, set[str]] = {}
    for path in project_files():
        # The tests of the settings try wrong names on purpose, and the history may name what is gone.
        wrong_on_purpose = short(path).startswith("tests/unit/settings/") or path.name == "CHANGELOG.md"
        if path.suffix not in _TEXT or wrong_on_purpose or path == Path(__file__):
            continue
        for name in _NAME.findall(source(path)):
            beginning = any(valid.startswith(f"{name}_") for valid in valid_names())
            if name not in valid_names() and not beginning:
                unknown.setdefault(short(path), set()).add(name)
    assert unknown == {}


def test_the_reference_in_docs_is_the_schemas() -> None:
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert insert(document) == document, "run: python -m workbench.settings.reference docs/settings.md"


def test_each_setting_has_a_row_in_the_docs() -> None:
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    missing = {field.env for field in all_fields() if f"| `{field.env}` | `{field.path}` |" not in document}
    assert missing == set()
