"""Figures of infinite context: segments of a conversation, and what a model's window takes of it."""

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import BLUE, GREEN, GREY, ORANGE, PALETTE, empty, figure
from workbench.reports.text import label, number

_EVERY = 25  # segments up to which each one has its number on the axis
_PARTS = {"system": PALETTE[3], "summary": ORANGE, "retrieved": GREEN, "recent": BLUE, "left out": GREY}


def segments(
    frame: pl.DataFrame, *, budget_tokens: int, title: str = "Segments of the conversation, in tokens", reason: str = ""
) -> go.Figure:
    """One bar per segment against the budget that closes it.

    Parameters
    ----------
    frame : polars.DataFrame
        ``segment`` (int, from 1), ``tokens`` (int), ``messages`` (int), ``reason`` (str, why it was closed).
    budget_tokens : int
        A segment's token budget.
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "No conversation is stored yet: run workbench run")
    made = figure(title)
    for at, reason in enumerate(frame["reason"].unique().sort()):
        part = frame.filter(pl.col("reason") == reason)
        made.add_bar(
            x=part["segment"].to_list(),
            y=part["tokens"].to_list(),
            name=label(reason),
            marker_color=PALETTE[at % len(PALETTE)],
            customdata=part["messages"].to_list(),
            hovertemplate="segment %{x}: %{y:,} tokens in %{customdata:,} messages<extra></extra>",
        )
    made.add_hline(
        y=budget_tokens, line={"color": GREY, "dash": "dot"}, annotation_text=f"budget {number(budget_tokens)}"
    )
    made.update_layout(barmode="stack")
    made.update_xaxes(title_text="segment", dtick=1 if frame.height <= _EVERY else None)
    made.update_yaxes(title_text="tokens")
    return made


def composition(
    frame: pl.DataFrame,
    *,
    window_tokens: int,
    title: str = "What the model's window takes of the conversation",
    reason: str = "",
) -> go.Figure:
    """Every message by its length, coloured by whether and why it is in the window.

    Parameters
    ----------
    frame : polars.DataFrame
        ``sequence`` (int), ``tokens`` (int), ``part`` (str: system, summary, retrieved, recent, left out).
    window_tokens : int
        Tokens that the window may take.
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "No conversation is stored yet: run workbench run")
    made = figure(title)
    for part, colour in _PARTS.items():
        rows = frame.filter(pl.col("part") == part)
        if rows.is_empty():
            continue
        made.add_bar(
            x=rows["sequence"].to_list(),
            y=rows["tokens"].to_list(),
            name=f"{part}, {number(int(rows['tokens'].sum()))} tokens",
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate="message %{x}: %{y:,} tokens, " + part + "<extra></extra>",
        )
    made.update_layout(bargap=0.05, barmode="stack")
    made.update_xaxes(title_text=f"message of the conversation (window: {number(window_tokens)} tokens)")
    made.update_yaxes(title_text="tokens")
    return made
