"""Figures of what calls cost, and of those that failed."""

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import PALETTE, empty, figure
from workbench.reports.text import label

_SHOWN = 6


def cost_by_day(frame: pl.DataFrame, *, title: str = "Cost by day", reason: str = "") -> go.Figure:
    """Stacked bars per day; providers beyond the sixth are summed as others.

    Parameters
    ----------
    frame : polars.DataFrame
        ``day`` (date), ``provider`` (str), ``cost_usd`` (float, US dollars as billed).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    rows = frame.drop_nulls("cost_usd").filter(pl.col("cost_usd") > 0)
    if rows.is_empty():
        return empty(title, reason or "No call with a known cost in this window")
    order = rows.group_by("provider").agg(pl.col("cost_usd").sum()).sort("cost_usd", descending=True)["provider"]
    first = order.head(_SHOWN).to_list()
    folded = rows.with_columns(
        shown=pl.when(pl.col("provider").is_in(first)).then(pl.col("provider")).otherwise(pl.lit("others"))
    )
    sums = folded.group_by("day", "shown").agg(pl.col("cost_usd").sum()).sort("day")
    made = figure(title)
    for at, name in enumerate([*first, "others"]):
        part = sums.filter(pl.col("shown") == name)
        if part.is_empty():
            continue
        made.add_bar(
            x=part["day"].to_list(),
            y=part["cost_usd"].to_list(),
            name=label(name),
            marker_color=PALETTE[at % len(PALETTE)],
            hovertemplate="%{x|%Y-%m-%d} " + label(name) + ": %{y:.4f} USD<extra></extra>",
        )
    made.update_layout(barmode="stack")
    made.update_yaxes(title_text="US dollars a day")
    return made


def failures(
    frame: pl.DataFrame,
    performance: pl.DataFrame,
    *,
    title: str = "Share of calls that were not answered",
    reason: str = "",
) -> go.Figure:
    """Stacked shares per provider.

    Parameters
    ----------
    frame : polars.DataFrame
        Failed calls: ``provider`` (str), ``status`` (str: error, refused, timeout), ``calls`` (int).
    performance : polars.DataFrame
        All calls: ``provider`` (str), ``calls`` (int).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty() or not frame["calls"].sum():
        calm = "Every call in this window was answered" if performance.height else "No call in this window"
        return empty(title, reason or calm)
    sums = frame.group_by("provider", "status").agg(pl.col("calls").sum())
    total = performance.select("provider", pl.col("calls").alias("total"))
    rows = sums.join(total, on="provider").with_columns(share=pl.col("calls") / pl.col("total"))
    order = rows.group_by("provider").agg(pl.col("share").sum()).sort("share")["provider"].to_list()
    made = figure(title, height=38 * len(order) + 140)
    for at, status in enumerate(("refused", "error", "timeout")):
        part = rows.filter(pl.col("status") == status)
        if part.is_empty():
            continue
        made.add_bar(
            y=[label(name) for name in part["provider"]],
            x=part["share"].to_list(),
            orientation="h",
            name=status,
            marker_color=PALETTE[(1, 6, 3)[at]],
            customdata=part.select("calls", "total").rows(),
            hovertemplate="%{y}: %{customdata[0]:,} of %{customdata[1]:,} " + status + "<extra></extra>",
        )
    made.update_layout(barmode="stack")
    made.update_yaxes(categoryorder="array", categoryarray=[label(name) for name in order])
    made.update_xaxes(title_text="share of calls", tickformat=".1%", rangemode="tozero")
    return made
