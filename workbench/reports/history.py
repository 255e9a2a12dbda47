"""An entity's history: what was said to hold from when to when, and what was superseded since."""

from datetime import datetime, timedelta

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import BLUE, GREEN, GREY, ORANGE, empty, figure
from workbench.reports.text import cell, label

MOST_ROWS = 24
"""Facts drawn, those that changed first."""

_STATES = {"superseded": (GREY, "x"), "holds": (GREEN, ""), "ended": (BLUE, "/")}


_ROOM = 0.08
_LEAST_ROOM = timedelta(seconds=1)


def history(
    frame: pl.DataFrame, *, until: datetime | None, title: str = "What held, from when to when", reason: str = ""
) -> go.Figure:
    """A bar per fact over valid time; mentions are dots. What was believed and is superseded stays, hatched.

    Parameters
    ----------
    frame : polars.DataFrame
        ``fact`` (str, e.g. ``WORKS_AT → Acme``), ``kind`` (str: description, deletion, mention, link, merge),
        ``valid_from``, ``valid_to`` (datetime, null for open), ``recorded_at``, ``superseded_at`` (datetime, null for
        what the graph still says), ``text`` (str, may be null).
    until : datetime or None
        Where open intervals are cut; None for the latest time in the frame.
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "Nothing is recorded of it")
    last = until or _latest(frame)
    facts = _facts(frame)
    rows = frame.filter(pl.col("fact").is_in(facts))
    made = figure(title, height=26 * len(facts) + 150)
    state = (
        pl.when(pl.col("superseded_at").is_not_null()).then(pl.lit("superseded"))
        .when(pl.col("valid_to").is_not_null()).then(pl.lit("ended"))
        .otherwise(pl.lit("holds"))
    )  # fmt: skip
    spans = rows.filter(pl.col("kind") != "mention").with_columns(state=state)
    for name, (colour, pattern) in _STATES.items():  # what is superseded first: the others stand before it
        part = spans.filter(pl.col("state") == name)
        if part.height:
            _bars(made, part, last, name=name, colour=colour, pattern=pattern)
    said = rows.filter(pl.col("kind") == "mention")
    if said.height:
        made.add_scatter(
            x=said["valid_from"].to_list(),
            y=said["fact"].to_list(),
            mode="markers",
            name="mentioned",
            marker={"color": ORANGE, "size": 9, "symbol": "diamond"},
            hovertext=[label(text or "", length=80) for text in said["text"]],
            hovertemplate="%{x}: %{hovertext}<extra></extra>",
        )
    made.update_layout(barmode="overlay", showlegend=True, hovermode="closest")
    made.update_yaxes(categoryorder="array", categoryarray=facts[::-1])
    made.update_xaxes(type="date", title_text="valid time (UTC)")
    return made


def _latest(frame: pl.DataFrame) -> datetime:
    """A little after the last time, so that what began then can be seen."""
    times = [*frame["valid_from"].to_list(), *frame["valid_to"].drop_nulls().to_list()]
    return max(times) + max((max(times) - min(times)) * _ROOM, _LEAST_ROOM)  # type: ignore[no-any-return]


def _facts(frame: pl.DataFrame) -> list[str]:
    """Rows of the figure: facts with most versions first, then the earliest."""
    by = frame.group_by("fact").agg(pl.len(), pl.col("valid_from").min(), mention=(pl.col("kind") == "mention").any())
    ranked = by.sort("mention", "len", "valid_from", "fact", descending=[True, True, False, False])
    return ranked["fact"].head(MOST_ROWS).to_list()


def _bars(made: go.Figure, part: pl.DataFrame, last: datetime, *, name: str, colour: str, pattern: str) -> None:
    ends = [max(to or last, start) for start, to in part.select("valid_from", "valid_to").iter_rows()]
    made.add_bar(
        base=part["valid_from"].to_list(),
        x=[(end - start).total_seconds() * 1000 for end, start in zip(ends, part["valid_from"], strict=True)],
        y=part["fact"].to_list(),
        orientation="h",
        width=0.85 if name == "superseded" else 0.5,
        name=name,
        marker={"color": colour, "pattern": {"shape": pattern}, "line": {"width": 1, "color": colour}},
        opacity=0.45 if name == "superseded" else 0.85,
        hovertext=[
            f"valid {cell(row['valid_from'])} to {cell(row['valid_to']) or 'open'}"
            f"<br>recorded {cell(row['recorded_at'])}"
            + (f", superseded {cell(row['superseded_at'])}" if row["superseded_at"] else "")
            + (f"<br>“{label(row['text'], length=80)}”" if row["text"] else "")
            for row in part.iter_rows(named=True)
        ],
        hovertemplate="%{y}<br>%{hovertext}<extra>" + name + "</extra>",
    )
