"""Figures of what is up: states and the time that a probe took."""

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import GREY, STATES, empty, figure
from workbench.reports.text import label


def states(frame: pl.DataFrame, *, title: str = "State, and how long its probe took") -> go.Figure:
    """One row per part, coloured and named by its state, as long as its probe took.

    Parameters
    ----------
    frame : polars.DataFrame
        ``name`` (str), ``state`` (str), ``latency_ms`` (float, milliseconds, may be null), ``evidence`` (str).
    title : str
    """
    if frame.is_empty():
        return empty(title, "Nothing is switched on")
    rows = frame.reverse()
    made = figure(title, height=38 * rows.height + 130)
    for state in dict.fromkeys(frame["state"]):
        part = rows.filter(pl.col("state") == state)
        made.add_bar(
            y=[label(name) for name in part["name"]],
            x=part["latency_ms"].fill_null(0).to_list(),
            name=state.replace("_", " "),
            orientation="h",
            marker_color=STATES.get(state, GREY),
            text=[
                f" {state.replace('_', ' ')}" + (f", {took:.0f} ms" if took is not None else "")
                for took in part["latency_ms"]
            ],
            textposition="outside",
            cliponaxis=False,
            hovertext=[label(said, length=120) for said in part["evidence"]],
            hovertemplate="%{y}: %{hovertext}<extra></extra>",
        )
    widest = max([took for took in frame["latency_ms"] if took is not None], default=1.0)
    made.update_layout(barmode="stack", showlegend=False)
    made.update_yaxes(categoryorder="array", categoryarray=[label(name) for name in rows["name"]])
    made.update_xaxes(title_text="last probe, ms", range=[0, widest * 1.45], rangemode="tozero")
    return made


def lag(frame: pl.DataFrame, *, title: str = "Events that each hop still has to read") -> go.Figure:
    """Lag per hop.

    Parameters
    ----------
    frame : polars.DataFrame
        ``hop`` (str), ``lag`` (int, events).
    title : str
    """
    if frame.is_empty():
        return empty(title, "No consumer group has committed an offset yet")
    rows = frame.group_by("hop").agg(pl.col("lag").sum()).sort("hop", descending=True)
    if not rows["lag"].sum():
        return empty(title, "No hop is behind: each has read everything that Kafka holds")
    made = figure(title, height=44 * rows.height + 120)
    made.add_bar(
        y=rows["hop"].to_list(),
        x=rows["lag"].to_list(),
        orientation="h",
        text=[f" {value:,}" for value in rows["lag"]],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,} events behind<extra></extra>",
    )
    made.update_xaxes(title_text="events", range=[0, max(rows["lag"].max() or 0, 1) * 1.2])  # type: ignore[operator]
    return made
