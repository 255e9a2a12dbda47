"""An executed notebook as a list of blocks to show. Nothing but text and known JSON leaves a cell."""

import html
import json
from collections.abc import Iterator
from typing import Any

from workbench.reports.evidence import marked_html
from workbench.reports.markdown import code_html, markdown_html, without_title
from workbench.reports.outcome import CLAIM_MIME, FIGURE_MIME, MARKED_MIME, TABLE_MIME, plain
from workbench.reports.template import HEIGHT
from workbench.reports.text import seconds

Block = dict[str, Any]

_HIDDEN_TAGS = {"parameters", "injected-parameters", "papermill-error-cell-tag"}
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"

_TEXT_LIMIT = 20_000
"""Characters of one text output; a runaway loop's output would make the page unreadable."""


def script_json(value: object) -> str:
    """JSON that may stand inside a ``<script>`` element, whatever its strings hold."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def figure_block(figure: dict[str, Any]) -> Block:
    """A figure with its title taken out as text, and without template and margins: the page has its own."""
    layout = {
        key: value for key, value in figure.get("layout", {}).items() if key not in {"template", "title", "margin"}
    }
    title = figure.get("layout", {}).get("title", {})
    text = title.get("text", "") if isinstance(title, dict) else str(title)
    height = layout.pop("height", None) or HEIGHT
    spec = {"data": figure.get("data", []), "layout": layout}
    return {"kind": "figure", "title": html.unescape(text or ""), "height": int(height), "json": script_json(spec)}


def _output(output: dict[str, Any]) -> Block | None:
    kind = output.get("output_type")
    if kind == "error":
        trace = plain("\n".join(output.get("traceback", [])))
        return {
            "kind": "error",
            "name": output.get("ename"),
            "message": plain(output.get("evalue", "")),
            "trace": trace,
        }
    if kind == "stream":
        return {
            "kind": "text",
            "text": plain(output.get("text", ""))[:_TEXT_LIMIT],
            "stderr": output.get("name") == "stderr",
        }
    data = output.get("data", {})
    if FIGURE_MIME in data:
        return figure_block(data[FIGURE_MIME])
    if TABLE_MIME in data:
        return {"kind": "table", **data[TABLE_MIME]}
    if MARKED_MIME in data:
        return {"kind": "marked", "html": marked_html(data[MARKED_MIME])}
    if CLAIM_MIME in data:
        return {"kind": "claim", **data[CLAIM_MIME]}
    if WIDGET_MIME in data:
        return None  # nobody can choose in a report
    text = plain(str(data.get("text/plain", "")))[:_TEXT_LIMIT]
    return {"kind": "text", "text": text, "stderr": False} if text else None


def _code(cell: Any, number: int) -> Block:
    took = cell.metadata.get("papermill", {}).get("duration")
    return {
        "kind": "code",
        "number": number,
        "html": code_html(cell.source),
        "took": seconds(took) if took else None,
        "ran": cell.metadata.get("papermill", {}).get("status") != "pending",
    }


def blocks_of(notebook: Any, title: str) -> Iterator[Block]:
    """The blocks of an executed notebook, in order.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    title : str
        The page's title, left out of the text.
    """
    number = 0
    for cell in notebook.cells:
        hidden = _HIDDEN_TAGS & set(cell.metadata.get("tags", []))
        number += cell.cell_type == "code"
        if hidden and not any(output.get("output_type") == "error" for output in cell.get("outputs", [])):
            continue
        if cell.cell_type == "markdown":
            source = without_title(cell.source, title)
            if source:
                yield {"kind": "markdown", "html": markdown_html(source)}
        elif cell.cell_type == "code" and cell.source.strip():
            yield _code(cell, number)
            for output in cell.get("outputs", []):
                block = _output(output)
                if block is not None:
                    yield block
