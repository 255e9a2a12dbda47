"""One notebook's report."""

from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from workbench.reports.blocks import Block, blocks_of
from workbench.reports.outcome import Outcome
from workbench.reports.render import render


def _safe(block: Block) -> Block:
    """Marks what our own Markdown, code and JSON writers have already escaped."""
    return {key: Markup(value) if key in {"html", "json"} else value for key, value in block.items()}  # noqa: S704


def write_page(
    done: Outcome, notebook: Any | None, target: Path, *, started_at: datetime, standalone: bool = False
) -> Path:
    """Write one notebook's report.

    Parameters
    ----------
    done : Outcome
    notebook : nbformat.NotebookNode or None
        The executed notebook; None when it never ran.
    target : Path
    started_at : datetime
        Of the run, aware.
    standalone : bool
        Whether the file must be whole in itself: see `workbench.reports.render.render`.
    """
    blocks = [] if notebook is None else [_safe(block) for block in blocks_of(notebook, done.title)]
    shown = any(block["kind"] == "error" for block in blocks)
    return render(
        "report.html.j2",
        target,
        standalone=standalone,
        done=done,
        blocks=blocks,
        error_apart=done.failure is not None and not shown,
        started_at=started_at,
        has_index=not standalone,
    )
