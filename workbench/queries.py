"""Find a query file, read its header, check its parameters.

One query per file under ``queries/<store>/``; the file's name is the query's name. A header comment
gives the purpose in its first line, then ``Parameters:`` and ``Returns:`` blocks. Parameters stand in
the store's own syntax, so that a file runs when pasted into the store's own console.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from workbench.errors import QueryFileError

_COMMENT = {".cypher": "//", ".sql": "--"}
_PARAMETER = {
    "graph": re.compile(r"\$(\w+)"),
    "warehouse": re.compile(r"\{(\w+):[^}]+\}"),
    "lake": re.compile(r"\$(\w+)"),
    "context": re.compile(r"%\((\w+)\)s"),
    "outbox": re.compile(r"(?<![:\w]):([a-z]\w*)"),
}
_DECLARED = re.compile(r"^(\w+)\s*\(.+\)\s*:\s*\S|^(\w+)\s*:\s*\S")


@dataclass(frozen=True, slots=True)
class Query:
    """One query file.

    Parameters
    ----------
    store : {"graph", "context", "lake", "warehouse", "outbox"}
    name : str
        Path under the store's folder without its suffix, e.g. ``schema/001_llm_calls``.
    purpose : str
        First line of the header.
    parameters : tuple of str
        Declared names, in the header's order; equal to those that the text uses.
    returns : str
        The header's ``Returns:`` block.
    text : str
        The file's whole text, header included.
    """

    store: str
    name: str
    purpose: str
    parameters: tuple[str, ...]
    returns: str
    text: str


def queries_folder() -> Path:
    """The folder of query files: at the root of a checkout, inside the package in a wheel.

    Raises
    ------
    QueryFileError
        When neither is there.
    """
    package = Path(__file__).parent
    for folder in (package.parent / "queries", package / "query_files"):
        if folder.is_dir():
            return folder
    raise QueryFileError(f"no queries folder beside or inside {package}; reinstall the package")


def _header(text: str, marker: str) -> list[str]:
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith(marker):
            break
        lines.append(line[len(marker) :].strip())
    return lines


def _blocks(lines: list[str]) -> dict[str, list[str]]:
    blocks: dict[str, list[str]] = {"purpose": []}
    current = "purpose"
    for line in lines:
        found = re.match(r"^(Parameters|Returns)\s*:\s*(.*)$", line)
        if found:
            current, line = found.group(1).lower(), found.group(2)
            blocks[current] = []
        if line and line.lower() not in {"none", "none.", "-"}:
            blocks[current].append(line)
    return blocks


def parse_query(store: str, name: str, suffix: str, text: str) -> Query:
    """Read a query file's text.

    Raises
    ------
    QueryFileError
        When the header is missing or incomplete, or declares other parameters than the text uses.
    """
    marker = _COMMENT[suffix]
    blocks = _blocks(_header(text, marker))
    where = f"queries/{store}/{name}{suffix}"
    if not blocks["purpose"]:
        raise QueryFileError(f"{where} has no header: its first line must say what it is for")
    for block in ("parameters", "returns"):
        if block not in blocks:
            raise QueryFileError(f"{where} has no {block.capitalize()}: block in its header")
    declared = tuple(m.group(1) or m.group(2) for line in blocks["parameters"] if (m := _DECLARED.match(line)))
    body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(marker))
    used = set(_PARAMETER[store].findall(body))
    if set(declared) != used:
        raise QueryFileError(
            f"{where} declares {sorted(declared) or 'no parameters'} but uses {sorted(used) or 'none'}"
        )
    return Query(store, name, blocks["purpose"][0], declared, "\n".join(blocks["returns"]), text)


@lru_cache(maxsize=512)
def load_query(store: str, name: str) -> Query:
    """One query by store and name.

    Raises
    ------
    QueryFileError
        When there is no such file, or its header and text disagree.

    Examples
    --------
    >>> load_query("graph", "no_such_query")
    Traceback (most recent call last):
    workbench.errors.QueryFileError: no query 'no_such_query' under queries/graph
    """
    if store not in _PARAMETER:
        raise QueryFileError(f"no store {store!r}; stores: {', '.join(_PARAMETER)}")
    suffix = ".cypher" if store == "graph" else ".sql"
    path = queries_folder() / store / f"{name}{suffix}"
    if not path.is_file():
        raise QueryFileError(f"no query {name!r} under queries/{store}")
    return parse_query(store, name, suffix, path.read_text(encoding="utf-8"))


def query_names(store: str, folder: str = "") -> list[str]:
    """Names of a store's queries in order, e.g. of its ``schema`` folder."""
    root = queries_folder() / store
    found = (root / folder).glob("*.*") if folder else root.rglob("*.*")
    return sorted(str(path.relative_to(root).with_suffix("")) for path in found if path.suffix in _COMMENT)
