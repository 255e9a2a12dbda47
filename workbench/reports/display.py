"""How frames and claims appear in a notebook: once as HTML to read, once as JSON for the report.

The report never takes HTML from a cell's output, only these JSON forms and Plotly's, so a hostile
name in the data stays text.
"""

import html
from collections.abc import Mapping
from typing import Any

import plotly.io as pio
import polars as pl
from IPython import get_ipython

from workbench.errors import CheckFailedError
from workbench.reports.outcome import CLAIM_MIME, TABLE_MIME
from workbench.reports.table import table_html, table_json
from workbench.reports.text import cell


def _frame_bundle(frame: pl.DataFrame, **_: Any) -> dict[str, Any]:
    table = table_json(frame)
    return {"text/html": table_html(table), "text/plain": str(frame), TABLE_MIME: table}


def install_display() -> None:
    """Show frames by our table in this kernel; nothing outside one."""
    shell = get_ipython()
    if shell is None:
        return
    shell.display_formatter.mimebundle_formatter.for_type(pl.DataFrame, _frame_bundle)
    pio.renderers.default = "plotly_mimetype"  # JSON alone: no copy of plotly.js in a notebook


def claim(text: str, holds: object, **found: object) -> None:
    """Check a claim that the text makes, and show it.

    Parameters
    ----------
    text : str
        The claim, as a sentence.
    holds : bool
    **found
        The numbers that it rests on.

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
    numbers: Mapping[str, str] = {name.replace("_", " "): cell(value) for name, value in found.items()}
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
