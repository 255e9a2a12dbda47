"""Figures of latency: percentiles per provider, with how many calls they rest on."""

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import BLUE, GREY, ORANGE, PURPLE, empty, figure
from workbench.reports.text import label, number

_PERCENTILES = {"p50_ms": ("p50", BLUE), "p95_ms": ("p95", ORANGE), "p99_ms": ("p99", PURPLE)}


def percentiles(frame: pl.DataFrame, *, title: str = "Latency by provider", reason: str = "") -> go.Figure:
    """Three dots per provider on a line from p50 to p99; logarithmic, since tails are long.

    Parameters
    ----------
    frame : polars.DataFrame
        ``provider`` (str), ``latency_calls`` (int, calls with a latency), ``p50_ms``, ``p95_ms``,
        ``p99_ms`` (float, milliseconds).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    rows = frame.drop_nulls("p50_ms").filter(pl.col("latency_calls") > 0).sort("p50_ms", descending=True)
    if rows.is_empty():
        return empty(title, reason or "No answered call in this window")
    names = [
        f"{label(name)} (n = {number(calls)})" for name, calls in rows.select("provider", "latency_calls").iter_rows()
    ]
    made = figure(title, height=38 * rows.height + 140)
    for name, low, high in zip(names, rows["p50_ms"], rows["p99_ms"], strict=True):
        made.add_scatter(
            x=[low, high],
            y=[name, name],
            mode="lines",
            line={"color": GREY, "width": 2},
            opacity=0.5,
            hoverinfo="skip",
            showlegend=False,
        )
    for column, (said, colour) in _PERCENTILES.items():
        made.add_scatter(
            x=rows[column].to_list(),
            y=names,
            mode="markers",
            name=said,
            marker={"color": colour, "size": 11},
            hovertemplate="%{y} " + said + ": %{x:,.0f} ms<extra></extra>",
        )
    made.update_xaxes(
        type="log",
        title_text="latency (logarithmic)",
        tickvals=[10**power for power in range(-2, 7, 2)],
        ticktext=["10 µs", "1 ms", "100 ms", "10 s", "1000 s"],
        tickangle=0,
        minor={"dtick": 1, "showgrid": True},
    )
    return made
