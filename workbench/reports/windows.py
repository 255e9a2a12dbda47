"""Figures of infinite context: how a conversation outgrows a window, its segments, and what a window takes of it."""

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import BLUE, GOLD, GREEN, GREY, ORANGE, PALETTE, PURPLE, TEAL, empty, figure
from workbench.reports.text import label, number

_EVERY = 25  # segments up to which each one has its number on the axis
PARTS = {
    "pinned": PURPLE, "past": ORANGE, "recent": BLUE, "evidence": GREEN, "documents": TEAL, "request": GOLD,
    "left out": GREY,
}  # fmt: skip
"""Part of a window -> its colour in every figure."""

_TOLD = {
    "pinned": "pinned", "past": "shortened past", "recent": "newest, as said", "evidence": "found for the question",
    "documents": "documents", "request": "the request", "left out": "left out",
}  # fmt: skip
_NONE = "No conversation is stored yet: run workbench run"
_CLOSED = {"budget": BLUE, "gap": ORANGE, "session": GREEN, "topic": PURPLE, "completed": TEAL, "open": GREY}


def growth(
    frame: pl.DataFrame, *, window_tokens: int, title: str = "How the conversation outgrew its window", reason: str = ""
) -> go.Figure:
    """Tokens said up to each turn, against the window; each session begins at a mark.

    Parameters
    ----------
    frame : polars.DataFrame
        ``sequence``, ``segment``, ``said_tokens`` (int), ``closed_by`` (str, of the segment, may be null).
    window_tokens : int
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or _NONE)
    made = figure(title)
    said = frame["said_tokens"]
    made.add_scatter(
        x=frame["sequence"].to_list(), y=said.to_list(), mode="lines", fill="tozeroy", name="said so far",
        line={"color": BLUE, "width": 2}, hovertemplate="after turn %{x}: %{y:,} tokens<extra></extra>",
    )  # fmt: skip
    last = frame.group_by("segment", maintain_order=True).last()
    begins = last.filter(pl.col("closed_by") == "session")
    if begins.height:
        made.add_scatter(
            x=begins["sequence"].to_list(), y=begins["said_tokens"].to_list(), mode="markers", name="a session ends",
            marker={"color": ORANGE, "size": 9, "symbol": "diamond"}, hovertemplate="turn %{x}<extra></extra>",
        )  # fmt: skip
    times = int(said.max()) / window_tokens  # type: ignore[arg-type]
    made.add_scatter(
        x=[frame["sequence"][0], frame["sequence"][-1]], y=[window_tokens] * 2, mode="lines", hoverinfo="skip",
        name=f"one window: {number(window_tokens)} tokens, the conversation has {times:.1f} of them",
        line={"color": GREY, "dash": "dot", "width": 2},
    )  # fmt: skip
    made.update_xaxes(title_text="turn of the conversation", range=[0, int(frame["sequence"][-1]) + 1])
    made.update_yaxes(title_text="tokens said so far", rangemode="tozero")
    return made


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
        return empty(title, reason or _NONE)
    made = figure(title)
    for at, closed_by in enumerate(frame["reason"].unique().sort()):
        part = frame.filter(pl.col("reason") == closed_by)
        made.add_bar(
            x=part["segment"].to_list(),
            y=part["tokens"].to_list(),
            name=label(closed_by),
            marker_color=_CLOSED.get(closed_by, PALETTE[at % len(PALETTE)]),
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
    """Every message by its length, coloured by whether and as what it is in the window.

    Parameters
    ----------
    frame : polars.DataFrame
        ``sequence`` (int), ``tokens`` (int), ``part`` (str: a name of `PARTS`).
    window_tokens : int
        Tokens that the window may take.
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or _NONE)
    made = figure(title)
    for part, colour in PARTS.items():
        rows = frame.filter(pl.col("part") == part)
        if rows.is_empty():
            continue
        made.add_bar(
            x=rows["sequence"].to_list(),
            y=rows["tokens"].to_list(),
            name=f"{_TOLD[part]}: {number(rows.height)}",
            marker={"color": colour, "line": {"width": 0}},
            opacity=0.35 if part == "left out" else 1,
            hovertemplate="message %{x}: %{y:,} tokens, " + _TOLD[part] + "<extra></extra>",
        )
    made.update_layout(bargap=0, barmode="stack")
    made.update_xaxes(title_text=f"message of the conversation (window: {number(window_tokens)} tokens)")
    made.update_yaxes(title_text="tokens of the message")
    return made


def evictions(
    frame: pl.DataFrame, *, budget_tokens: int, title: str = "What each policy lets go", reason: str = ""
) -> go.Figure:
    """One row per policy, one field per segment: what stays and what goes at a budget.

    Parameters
    ----------
    frame : polars.DataFrame
        ``policy``, ``reason`` (str), ``segment``, ``tokens`` (int), ``kept`` (bool).
    budget_tokens : int
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or _NONE)
    policies = frame["policy"].unique(maintain_order=True).to_list()
    made = figure(title, height=80 * len(policies) + 150)
    for kept, name, colour in ((True, "stays", BLUE), (False, "goes", GREY)):
        part = frame.filter(pl.col("kept") == kept)
        told = part.select("segment", "tokens", "reason").iter_rows()
        made.add_bar(
            x=[1] * part.height, base=[one - 0.5 for one in part["segment"]], y=part["policy"].to_list(),
            orientation="h", width=0.7, name=name, opacity=1 if kept else 0.4,
            marker={"color": colour, "line": {"width": 1, "color": "white"}},
            hovertext=[f"segment {at}, {number(tokens)} tokens<br>{label(why, length=90)}" for at, tokens, why in told],
            hovertemplate="%{hovertext}<extra>%{y}, " + name + "</extra>",
        )  # fmt: skip
    made.update_layout(barmode="overlay", showlegend=True)
    most = int(frame["segment"].max())  # type: ignore[arg-type]
    made.update_xaxes(
        title_text=f"segment of the conversation (budget: {number(budget_tokens)} tokens)", range=[0.4, most + 0.6],
        dtick=1 if most <= _EVERY else None,
    )  # fmt: skip
    made.update_yaxes(categoryorder="array", categoryarray=policies[::-1])
    return made
