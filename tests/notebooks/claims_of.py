"""One claim of a notebook, with the steps that it needs and nothing else: no kernel, no figure."""

import ast
from pathlib import Path
from typing import Any

import jupytext

from workbench.course.library import notebooks_folder


def _names(node: ast.AST, context: type[ast.expr_context]) -> set[str]:
    found = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, context)}
    imported = [one for one in ast.walk(node) if isinstance(one, ast.Import | ast.ImportFrom)]
    return found | {alias.asname or alias.name for one in imported for alias in one.names if context is ast.Store}


def _is_claim(node: ast.stmt) -> str:
    """What a statement claims; empty when it is no claim."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
        first = node.value.args[0] if node.value.args else None
        if node.value.func.id == "claim" and isinstance(first, ast.Constant):
            return str(first.value)
    return ""


def _cells(path: Path) -> list[Any]:
    return [cell for cell in jupytext.read(path).cells if cell.cell_type == "code"]


def claims_of(name: str) -> list[str]:
    """The claims of a notebook, in order."""
    statements = [one for cell in _cells(notebooks_folder() / f"{name}.py") for one in ast.parse(cell.source).body]
    return [said for one in statements if (said := _is_claim(one))]


def check_claim(name: str, text: str, **parameters: object) -> None:
    """Run the steps of a notebook that a claim needs, and the claim.

    Raises
    ------
    CheckFailedError
        When it does not hold.
    """
    statements: list[ast.stmt] = []
    for cell in _cells(notebooks_folder() / f"{name}.py"):
        statements += ast.parse(cell.source).body
        if "parameters" in cell.metadata.get("tags", []):
            statements += ast.parse("\n".join(f"{key} = {value!r}" for key, value in parameters.items())).body
    needed: set[str] = set()
    kept: list[ast.stmt] = []
    for one in reversed(statements):
        if _is_claim(one) == text or _names(one, ast.Store) & needed:
            needed |= _names(one, ast.Load)
            kept.append(one)
    program = ast.Module(kept[::-1], [])
    exec(compile(program, name, "exec"), {})  # noqa: S102  the project's own notebook
