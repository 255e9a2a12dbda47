"""Figures of scores, stacked by what they are made of: of segments, and of the turns that answer a question."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import (
    BLUE,
    GOLD,
    GREEN,
    GREY,
    ORANGE,
    PALETTE,
    PURPLE,
    RED,
    TEAL,
    empty,
    figure,
    with_legend_rows,
)
from workbench.reports.text import label

_PRIORITY = {
    "recency": BLUE, "asked": ORANGE, "entity": GREEN, "decision": PURPLE, "preference": GOLD, "commitment": RED,
    "number": TEAL, "code": GREY, "system": "#5b4b8a", "feedback": "#8a5a44",
}  # fmt: skip
_LABELS = {"asked": "user's share", "entity": "names", "number": "numbers"}
_EVERY = 25
_ROOM = 0.04  # of the longest bar


def _bars(made: go.Figure, part: pl.DataFrame, *, name: str, colour: str, across: Sequence[object]) -> None:
    made.add_bar(
        x=list(across), y=part["points"].to_list(), name=name, marker_color=colour,
        hovertemplate="%{x}: %{y:.2f} points<extra>" + name + "</extra>",
    )  # fmt: skip


def priorities(
    frame: pl.DataFrame, *, title: str = "What the priority of each segment is made of", reason: str = ""
) -> go.Figure:
    """One stack per segment: points of recency and of each share of its importance; a mark has its rank.

    Parameters
    ----------
    frame : polars.DataFrame
        ``segment``, ``rank`` (int), ``priority`` (float), ``part`` (str), ``points`` (float).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "No conversation is stored yet: run workbench run")
    made = figure(title)
    shown = 0
    for name, colour in _PRIORITY.items():
        part = frame.filter((pl.col("part") == name) & (pl.col("points").abs() > 0.005))
        if part.height:
            shown += 1
            _bars(made, part, name=_LABELS.get(name, name), colour=colour, across=part["segment"].to_list())
    stacks = frame.unique("segment", keep="first").sort("segment")
    made.add_scatter(
        x=stacks["segment"].to_list(), y=stacks["priority"].to_list(), mode="text", showlegend=False,
        text=[f"{rank}." for rank in stacks["rank"]], textposition="top center", hoverinfo="skip",
    )  # fmt: skip
    made.update_layout(barmode="relative")
    with_legend_rows(made, shown)
    made.update_xaxes(title_text="segment; above it its rank", dtick=1 if stacks.height <= _EVERY else None)
    made.update_yaxes(title_text="points: each one doubles the weight")
    return made


def found(frame: pl.DataFrame, *, title: str = "The turns that answer best, and why", reason: str = "") -> go.Figure:
    """One stack per turn, best first: what its score is made of; beside it where the window has it.

    Parameters
    ----------
    frame : polars.DataFrame
        ``rank``, ``sequence`` (int), ``text``, ``engine`` (str, as what the window has it), ``part`` (str), ``points``
        (float).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "Nothing in this conversation answers the question")
    turns = frame.unique("sequence", keep="first").sort("rank")
    made = figure(title, height=30 * turns.height + 150)
    names = {
        sequence: f"{label(text, length=46)}  <b>#{sequence}</b>"
        for sequence, text in turns.select("sequence", "text").iter_rows()
    }
    parts = frame.group_by("part").agg(pl.col("points").abs().sum()).sort("points", "part", descending=[True, False])
    for at, name in enumerate(parts["part"]):
        part = frame.filter(pl.col("part") == name)
        made.add_bar(
            y=[names[one] for one in part["sequence"]], x=part["points"].to_list(), name=label(name), orientation="h",
            marker={"color": PALETTE[at % len(PALETTE)], "pattern": {"shape": "/" if at >= len(PALETTE) else ""}},
            hovertemplate="%{x:.2f} points<extra>" + label(name) + "</extra>",
        )  # fmt: skip
    ends = frame.filter(pl.col("points") > 0).group_by("sequence").agg(end=pl.col("points").sum())
    where = turns.join(ends, on="sequence", how="left").sort("rank")
    made.add_scatter(
        y=[names[one] for one in where["sequence"]], x=where["end"].fill_null(0).to_list(), mode="text",
        text=[f"  {label(one)}" for one in where["engine"]], textposition="middle right", showlegend=False,
        hoverinfo="skip", cliponaxis=False,
    )  # fmt: skip
    with_legend_rows(made, parts.height)
    made.update_layout(barmode="relative")
    ends_at = [float(one) for one in where["end"].fill_null(0)]
    starts_at = frame.filter(pl.col("points") < 0).group_by("sequence").agg(pl.col("points").sum())["points"].to_list()
    span = [
        min([0.0, *starts_at]) - _ROOM * max(ends_at),
        (1 + 4 * _ROOM) * max(ends_at),
    ]  # words stand behind the bars
    made.update_xaxes(title_text="points; behind the bar: as what the window has the turn", range=span)
    made.update_yaxes(categoryorder="array", categoryarray=list(names.values())[::-1])
    return made
