"""Lag and throughput of workers while a stream runs."""

import plotly.graph_objects as go
import polars as pl
from plotly.subplots import make_subplots

from workbench.reports.template import HOUSE, PALETTE, empty
from workbench.reports.text import label

_DASHES = ("solid", "dash", "dot", "dashdot")


def stream(frame: pl.DataFrame, *, title: str = "Lag and throughput of the workers", reason: str = "") -> go.Figure:
    """Two panels over the same time: records still to come, and records committed a second.

    Parameters
    ----------
    frame : polars.DataFrame
        One row per sample and worker: ``at_s`` (float, seconds since the first sample), ``hop`` (str), ``pid`` (int),
        ``lag_events`` (int, null while not known), ``events_per_s`` (float), ``state`` (str).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "No worker runs: start one with workbench worker graph")
    made = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.09)
    made.update_layout(template=HOUSE, title_text=title, height=460)
    for at, hop in enumerate(frame["hop"].unique().sort()):
        for turn, pid in enumerate(frame.filter(pl.col("hop") == hop)["pid"].unique().sort()):
            part = frame.filter((pl.col("hop") == hop) & (pl.col("pid") == pid)).sort("at_s")
            name = label(hop) if turn == 0 else f"{label(hop)} {turn + 1}"
            line = {"color": PALETTE[at % len(PALETTE)], "dash": _DASHES[turn % len(_DASHES)], "width": 2}
            for row, column in ((1, "lag_events"), (2, "events_per_s")):
                made.add_scatter(
                    x=part["at_s"].to_list(), y=part[column].to_list(), mode="lines+markers", name=name, line=line,
                    marker={"size": 5}, legendgroup=name, showlegend=row == 1, customdata=part["state"].to_list(),
                    hovertemplate="%{x:.1f} s: %{y:,.0f}, %{customdata}<extra>" + name + "</extra>", row=row, col=1,
                )  # fmt: skip
    made.update_yaxes(rangemode="tozero", title_text="lag, records", row=1, col=1)
    made.update_yaxes(rangemode="tozero", title_text="records a second", row=2, col=1)
    made.update_xaxes(title_text="seconds", row=2, col=1)
    return made
