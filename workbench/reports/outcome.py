"""What running one notebook gave, read off the executed notebook."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Value = str | int | float | bool
"""What a notebook's parameter may hold."""

_ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
FIGURE_MIME = "application/vnd.plotly.v1+json"
CLAIM_MIME = "application/vnd.workbench.claim.v1+json"
TABLE_MIME = "application/vnd.workbench.table.v1+json"
MARKED_MIME = "application/vnd.workbench.marked-text.v1+json"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a notebook failed.

    Parameters
    ----------
    kind : str
        Name of the exception.
    message : str
        Its message.
    cell : int or None
        Number of the code cell that failed, from 1; None when the kernel never ran one.
    traceback : str
        Plain text, without colour codes.
    """

    kind: str
    message: str
    cell: int | None = None
    traceback: str = ""

    @property
    def line(self) -> str:
        """One line for a table."""
        where = f"cell {self.cell}: " if self.cell else ""
        first = self.message.strip().splitlines()[0] if self.message.strip() else "no message"
        return f"{where}{self.kind}: {first}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One notebook's run.

    Parameters
    ----------
    name : str
        The notebook's file name without suffix.
    title : str
        Its first heading.
    ok : bool
        Every cell ran, the claims hold.
    wall_s, cells_s : float
        Seconds from asking for a kernel to the last cell's end, and of the cells alone.
    failure : Failure or None
    claims : tuple of str
        The texts that the notebook checked and found to hold.
    headline : dict or None
        Plotly's JSON of the figure of the cell tagged ``headline`` (else of the first figure).
    notebook, report : Path or None
        What was written.
    parameters : mapping
        Those that were given.
    """

    name: str
    title: str
    ok: bool
    wall_s: float
    cells_s: float
    failure: Failure | None = None
    claims: tuple[str, ...] = ()
    headline: dict[str, Any] | None = None
    notebook: Path | None = None
    report: Path | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)


def plain(text: str) -> str:
    """Text without a terminal's colour codes."""
    return _ANSI.sub("", text)


def title_of(notebook: Any, default: str) -> str:
    """The notebook's first heading."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for line in str(cell.source).splitlines():
                if line.startswith("# "):
                    return line[2:].strip()
    return default


def _outputs(notebook: Any, mime: str) -> list[tuple[Any, Any]]:
    return [
        (cell, output["data"][mime])
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.get("outputs", [])
        if mime in output.get("data", {})
    ]


def headline_of(notebook: Any) -> dict[str, Any] | None:
    """The figure of the cell tagged ``headline``, else the first figure."""
    figures = _outputs(notebook, FIGURE_MIME)
    tagged = [figure for cell, figure in figures if "headline" in cell.metadata.get("tags", [])]
    chosen = tagged or [figure for _, figure in figures]
    return dict(chosen[0]) if chosen else None


def claims_of(notebook: Any) -> tuple[str, ...]:
    """The texts of the claims that were checked and hold."""
    return tuple(str(claim["text"]) for _, claim in _outputs(notebook, CLAIM_MIME) if claim.get("holds"))


def cells_s_of(notebook: Any) -> float:
    """The sum of the cells' own seconds."""
    durations = (cell.metadata.get("papermill", {}).get("duration") for cell in notebook.cells)
    return sum(float(duration) for duration in durations if duration)


def failure_of(notebook: Any) -> Failure | None:
    """The first error output, if any."""
    number = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        number += 1
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error":
                trace = plain("\n".join(output.get("traceback", [])))
                return Failure(str(output.get("ename")), plain(str(output.get("evalue"))), number, trace)
    return None
