"""A message with what was found in it marked where it stands: type as text, confidence and method on hover.

Like frames and claims, it leaves a notebook as JSON; the report makes its own HTML of that, so that a message stays
text whatever it says.
"""

import html
from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench.reports.kinds import look_of
from workbench.reports.text import plural

MOST_CHARS = 4_000
"""Characters shown of a message; more is not read in a notebook."""

Piece = dict[str, Any]
"""``text``, and for a mark also ``kind``, ``name``, ``confidence`` and ``method``."""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A message and the spans that name entities.

    Parameters
    ----------
    title : str
        One line: whose message, when.
    text : str
        Empty when there is nothing to show: then the title says why.
    spans : polars.DataFrame
        ``start``, ``end`` (int, characters [start, end) of the text), ``entity_type``, ``name`` (str), ``confidence``
        (float, 0 to 1, may be null), ``method`` (str, may be null). Spans outside the text, and those that overlap an
        earlier or longer one, are left out.
    """

    title: str
    text: str
    spans: pl.DataFrame

    def pieces(self) -> list[Piece]:
        """The text cut into pieces, marked and plain ones, in order."""
        shown = self.text[:MOST_CHARS]
        found: list[Piece] = []
        at = 0
        spans = self.spans.with_columns(length=pl.col("end") - pl.col("start"))
        for span in spans.sort("start", "length", "entity_type", descending=[False, True, False]).iter_rows(named=True):
            if not at <= span["start"] < span["end"] <= len(shown):
                continue
            found.append({"text": shown[at : span["start"]]})
            found.append(
                {
                    "text": shown[span["start"] : span["end"]],
                    "kind": span["entity_type"],
                    "name": span["name"],
                    "confidence": span["confidence"],
                    "method": span["method"],
                }
            )
            at = span["end"]
        found.append({"text": shown[at:]})
        if left := len(self.text) - len(shown):
            found.append({"text": f" … and {plural(left, 'character')} more"})
        return [piece for piece in found if piece["text"]]

    def json(self) -> dict[str, Any]:
        """What a report makes its HTML of."""
        return {"title": self.title, "pieces": self.pieces()}


def _mark(piece: Piece) -> str:
    kind = str(piece["kind"])
    sure = "not stated" if piece["confidence"] is None else f"{float(piece['confidence']):.2f}"
    told = f"{piece['name']}: {kind}, confidence {sure}, by {piece['method'] or 'nobody said'}"
    colour = look_of(kind).colour
    return (
        f'<mark tabindex="0" title="{html.escape(told)}" style="color:inherit;background:{colour}26;'
        f'border-bottom:2px solid {colour};border-radius:3px;padding:.05em .15em">{html.escape(str(piece["text"]))}'
        f'<small style="opacity:.8;margin-left:.35em">{html.escape(kind)}</small></mark>'
    )


def marked_html(said: dict[str, Any]) -> str:
    """The message as HTML; every word of it escaped, readable on light and on dark.

    Parameters
    ----------
    said : dict
        As `MarkedText.json` gives it.
    """
    body = "".join(_mark(one) if "kind" in one else html.escape(str(one["text"])) for one in said["pieces"])
    text = f'<div style="white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.9">{body}</div>' if body else ""
    return f"<p><b>{html.escape(str(said['title']))}</b></p>{text}"
