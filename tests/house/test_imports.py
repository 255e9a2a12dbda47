"""One driver, one home; the layers of pyproject hold; help and settings load no driver."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.house.conftest import ROOT, parsed, python_files, short

HOMES = {
    "kafka": "stream",
    "neo4j": "graph",
    "clickhouse_connect": "warehouse",
    "psycopg": "database",
    "psycopg_pool": "database",
    "deltalake": "lake",
    "duckdb": "lake",
    "boto3": "lake",
    "botocore": "lake",
    "papermill": "course",
    "plotly": "reports",
    "ipywidgets": "reports",
    "anywidget": "reports",
}
"""Driver -> the one package that may import it."""


def imported(tree: ast.Module) -> set[str]:
    """Names of all modules that a file imports, also inside functions and under TYPE_CHECKING."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


def _drivers() -> set[tuple[str, str]]:
    """Every driver that is imported, with the file."""
    found: set[tuple[str, str]] = set()
    for path in python_files("workbench"):
        roots = {name.partition(".")[0] for name in imported(parsed(path))}
        found |= {(root, short(path)) for root in roots & HOMES.keys()}
    return found


def test_a_driver_is_imported_in_its_home_only() -> None:
    assert {(root, file) for root, file in _drivers() if not file.startswith(f"workbench/{HOMES[root]}/")} == set()


def test_imports_are_absolute() -> None:
    relative = {
        short(path)
        for path in python_files("workbench")
        if any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(parsed(path)))
    }
    assert relative == set()


def test_the_contracts_of_pyproject_hold() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    result = subprocess.run([str(program), "--no-cache"], cwd=ROOT, capture_output=True, check=False, text=True)
    assert result.returncode == 0, result.stdout


def test_every_driver_has_its_contract_in_pyproject() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    homes = {
        driver: contract["allowed_importers"]
        for contract in contracts
        if contract["type"] == "protected"
        for driver in contract["protected_modules"]
    }
    # A driver that nobody imports yet is not in the linter's graph, and it refuses to protect it.
    used = {driver for driver, _ in _drivers()}
    assert homes == {driver: [f"workbench.{home}"] for driver, home in HOMES.items() if driver in used}
    assert {"layers", "acyclic_siblings", "forbidden"} <= {contract["type"] for contract in contracts}


def _loaded_after(statement: str) -> set[str]:
    code = f"{statement}; import sys; print(*sorted(sys.modules))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True)
    return {name.partition(".")[0] for name in result.stdout.split()}


def test_help_loads_no_driver() -> None:
    loaded = _loaded_after("from workbench.cli import _register_verbs, app; _register_verbs(app)")
    heavy = HOMES.keys() | {"polars", "pyarrow", "fastapi", "uvicorn", "chdb", "jupyter_client", "nbclient", "jupytext"}
    assert loaded & heavy == set()


def test_settings_and_events_load_no_driver() -> None:
    assert _loaded_after("import workbench.settings, workbench.events.topics") & HOMES.keys() == set()
