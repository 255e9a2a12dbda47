"""A frame as a table: JSON for reports, escaped HTML for a notebook."""

import html
from typing import Any

import polars as pl

from workbench.reports.text import cell

MAX_ROWS = 50
"""Rows shown; a report is for reading, and the frame itself stays in the notebook."""

MAX_CELL = 300
"""Characters of one cell."""


def table_json(frame: pl.DataFrame, *, max_rows: int = MAX_ROWS) -> dict[str, Any]:
    """What a report shows of a frame.

    Parameters
    ----------
    frame : polars.DataFrame
    max_rows : int

    Returns
    -------
    dict
        ``columns`` (list of name, numeric), ``rows`` (lists of text), ``total`` (rows of the frame).
    """
    columns = [{"name": name, "numeric": dtype.is_numeric()} for name, dtype in frame.schema.items()]
    shown = frame.head(max_rows)
    rows = [[cell(value)[:MAX_CELL] for value in row] for row in shown.iter_rows()]
    return {"columns": columns, "rows": rows, "total": frame.height}


def table_html(table: dict[str, Any]) -> str:
    """The table for a notebook; every value escaped."""
    head = "".join(f"<th>{html.escape(column['name'])}</th>" for column in table["columns"])
    numeric = [column["numeric"] for column in table["columns"]]
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="text-align:{"right" if right else "left"}">{html.escape(value)}</td>'
            for value, right in zip(row, numeric, strict=True)
        )
        + "</tr>"
        for row in table["rows"]
    )
    left = table["total"] - len(table["rows"])
    more = f"<p>and {left:,} more rows</p>" if left > 0 else ""
    empty = "<p>no rows</p>" if not table["rows"] else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}{empty}"
