"""How frames and claims appear in a notebook: once as HTML to read, once as JSON for the report.

The report never takes HTML from a cell's output, only these JSON forms and Plotly's, so a hostile
name in the data stays text.
"""

import html
import json
from collections.abc import Mapping
from typing import Any

import polars as pl
from IPython import get_ipython
from plotly.basedatatypes import BaseFigure

from workbench.errors import CheckFailedError
from workbench.reports.evidence import MarkedText, marked_html
from workbench.reports.outcome import CLAIM_MIME, FIGURE_MIME, MARKED_MIME, TABLE_MIME
from workbench.reports.table import table_html, table_json
from workbench.reports.text import cell


def _frame_bundle(frame: pl.DataFrame, **_: Any) -> dict[str, Any]:
    table = table_json(frame)
    return {"text/html": table_html(table), "text/plain": str(frame), TABLE_MIME: table}


def _marked_bundle(marked: MarkedText, **_: Any) -> dict[str, Any]:
    said = marked.json()
    return {"text/html": marked_html(said), "text/plain": f"{marked.title}\n{marked.text}", MARKED_MIME: said}


def figure_bundle(figure: BaseFigure, **_: Any) -> dict[str, Any]:
    """A figure as JSON alone: Plotly's own renderers copy plotly.js into the notebook and take a second to load."""
    title = figure.layout.title.text or "figure"
    return {FIGURE_MIME: json.loads(figure.to_json()), "text/plain": str(title)}


def _not_by_itself(_: BaseFigure) -> None:
    raise NotImplementedError  # IPython's word for: ask the next formatter


def install_display() -> None:
    """Show frames by our table and figures as JSON in this kernel; nothing outside one."""
    shell = get_ipython()
    if shell is None:
        return
    bundles = shell.display_formatter.mimebundle_formatter
    bundles.for_type(pl.DataFrame, _frame_bundle)
    bundles.for_type(BaseFigure, figure_bundle)
    bundles.for_type(MarkedText, _marked_bundle)
    shell.display_formatter.ipython_display_formatter.for_type(BaseFigure, _not_by_itself)
    shell.display_formatter.formatters["text/html"].for_type(BaseFigure, _not_by_itself)


def claim(text: str, holds: object, **found: object) -> None:
    """Check a claim that the text makes, and show it.

    Parameters
    ----------
    text : str
        The claim, as a sentence.
    holds : bool
    **found
        The numbers that it rests on; a column is listed.

    Raises
    ------
    CheckFailedError
        When it does not hold, with the numbers.

    Examples
    --------
    >>> claim("Nothing is lost.", 3 == 4, stored=3, produced=4)
    Traceback (most recent call last):
    workbench.errors.CheckFailedError: this claim does not hold: Nothing is lost. (stored 3, produced 4)
    """
    numbers: Mapping[str, str] = {
        name.replace("_", " "): cell(value.to_list() if isinstance(value, pl.Series) else value)
        for name, value in found.items()
    }
    said = ", ".join(f"{name} {value}" for name, value in numbers.items())
    if not holds:
        raise CheckFailedError(f"this claim does not hold: {text}" + (f" ({said})" if said else ""))
    shell = get_ipython()
    if shell is None:
        return
    plain = f"✓ {text}" + (f" ({said})" if said else "")
    bundle = {
        "text/plain": plain,
        "text/html": f"<p>{html.escape(plain)}</p>",
        CLAIM_MIME: {"text": text, "holds": True, "found": dict(numbers)},
    }
    shell.display_pub.publish(bundle)
