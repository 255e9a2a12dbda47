"""Curves over budgets: evidence kept, quality of compression, stable beginnings of windows."""

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import BLUE, GOLD, GREEN, GREY, ORANGE, PALETTE, PURPLE, empty, figure
from workbench.reports.text import label

WINDOWS = ("engine", "newest turns only")
"""The two lines that a claim compares."""

_COLOURS = {
    "engine": BLUE, "engine, nothing searched for": GOLD, "newest turns only": GREY, "with the engine": BLUE,
    "hybrid": BLUE, "full": GREEN, "entity_graph": PURPLE, "window_summary": ORANGE, "lead and tail": GREY,
}  # fmt: skip
_DASH = {"newest turns only": "dash", "lead and tail": "dash"}


def _line(made: go.Figure, name: str, across: list[object], up: list[object], *, at: int, told: list[str]) -> None:
    made.add_scatter(
        x=across, y=up, mode="lines+markers", name=label(name), hovertext=told,
        line={"color": _COLOURS.get(name, PALETTE[at % len(PALETTE)]), "dash": _DASH.get(name, "solid"), "width": 2},
        marker={"size": 7}, hovertemplate="%{hovertext}<extra>" + label(name) + "</extra>",
    )  # fmt: skip


def recall(
    frame: pl.DataFrame, *, title: str = "Questions whose evidence is in the window", reason: str = ""
) -> go.Figure:
    """A line per kind of window: share of the questions whose evidence it holds, by its budget.

    Parameters
    ----------
    frame : polars.DataFrame
        ``window`` (str), ``budget_tokens``, ``questions``, ``kept`` (int), ``recall`` (float, 0 to 1).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "There is no labelled talk")
    made = figure(title)
    for at, name in enumerate(frame["window"].unique(maintain_order=True)):
        part = frame.filter(pl.col("window") == name).sort("budget_tokens")
        told = [f"{kept} of {asked} at {budget:,} tokens" for kept, asked, budget in part.select(
            "kept", "questions", "budget_tokens").iter_rows()]  # fmt: skip
        _line(made, name, part["budget_tokens"].to_list(), part["recall"].to_list(), at=at, told=told)
    ticks = frame["budget_tokens"].unique().sort().to_list()
    made.update_xaxes(
        type="log", title_text="tokens of the window", tickvals=ticks, ticktext=[f"{one:,}" for one in ticks]
    )
    made.update_yaxes(title_text="questions", tickformat=".0%", range=[-0.02, 1.05])
    return made


def quality(frame: pl.DataFrame, *, title: str = "What compression keeps", reason: str = "") -> go.Figure:
    """A line per method: the mean share of entities, numbers, dates, negations and code that is kept, by the ratio.

    Parameters
    ----------
    frame : polars.DataFrame
        ``method`` (str), ``ratio``, ``score`` and the kept shares (float, may be null).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "There is nothing to compress")
    made = figure(title)
    kinds = [name for name in frame.columns if name not in {"method", "ratio", "score"}]
    for at, name in enumerate(frame["method"].unique(maintain_order=True)):
        part = frame.filter(pl.col("method") == name).sort("ratio")
        told = [
            f"{row['score']:.0%} kept of {row['ratio']:.0%}<br>"
            + "<br>".join(f"{kind} {row[kind]:.0%}" for kind in kinds if row[kind] is not None)
            for row in part.iter_rows(named=True)
        ]
        _line(made, name, part["ratio"].to_list(), part["score"].to_list(), at=at, told=told)
    made.update_xaxes(title_text="tokens left, of the talk's", tickformat=".0%", rangemode="tozero")
    made.update_yaxes(title_text="kept, mean of five shares", tickformat=".0%", range=[0, 1.05])
    return made


def prefixes(
    frame: pl.DataFrame, *, title: str = "How much of a window begins the next one", reason: str = ""
) -> go.Figure:
    """A line per kind of window over the last turns of the user.

    Parameters
    ----------
    frame : polars.DataFrame
        ``sequence`` (int), ``window`` (str), ``ratio`` (float, 0 to 1).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "This conversation has no two questions yet")
    made = figure(title)
    for at, name in enumerate(frame["window"].unique(maintain_order=True)):
        part = frame.filter(pl.col("window") == name).sort("sequence")
        told = [f"turn {turn}: {ratio:.0%} of the window before" for turn, ratio in part.select(
            "sequence", "ratio").iter_rows()]  # fmt: skip
        _line(made, name, part["sequence"].to_list(), part["ratio"].to_list(), at=at, told=told)
    made.update_xaxes(title_text="turn of the user")
    made.update_yaxes(title_text="of the window before", tickformat=".0%", range=[-0.02, 1.05])
    return made
