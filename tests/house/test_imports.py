"""One driver, one home; the layers of pyproject hold; help and settings load no driver."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.conftest import ROOT, python_files, short

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
}
"""Driver -> the one package that may import it."""

STORES = ("sources", "stream", "graph", "lake", "warehouse", "database")


def imported(source: str) -> set[str]:
    """Names of all modules that a text imports, also inside functions and under TYPE_CHECKING."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
    return found


@pytest.mark.parametrize("path", python_files("workbench"), ids=short)
def test_a_driver_is_imported_in_its_home_only(path: Path) -> None:
    package = path.relative_to(ROOT / "workbench").parts[0]
    roots = {name.partition(".")[0] for name in imported(path.read_text(encoding="utf-8"))}
    strangers = {root: HOMES[root] for root in roots & HOMES.keys() if HOMES[root] != package}
    assert strangers == {}, "driver -> its home"


@pytest.mark.parametrize("path", python_files("workbench"), ids=short)
def test_imports_are_absolute(path: Path) -> None:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    assert not any(isinstance(node, ast.ImportFrom) and node.level for node in nodes)


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
    assert homes == {driver: [f"workbench.{home}"] for driver, home in HOMES.items()}
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
