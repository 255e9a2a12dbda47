"""Figures of settings: where their values come from."""

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import BLUE, GREEN, GREY, ORANGE, PURPLE, empty, figure

_ORDER = {
    "default": GREY,
    "local stack": GREEN,
    "profile": PURPLE,
    ".env": ORANGE,
    "environment": BLUE,
    "argument": "#d64545",
}


def sources(frame: pl.DataFrame, *, title: str = "Settings by section and where the value comes from") -> go.Figure:
    """Stacked counts per section.

    Parameters
    ----------
    frame : polars.DataFrame
        ``section`` (str), ``source`` (str; one of default, local stack, profile, .env, environment, argument).
    title : str
    """
    if frame.is_empty():
        return empty(title, "There are no settings to show")
    counts = frame.group_by("section", "source").len("settings")
    order = counts.group_by("section").agg(pl.col("settings").sum()).sort("settings", "section")["section"].to_list()
    made = figure(title, height=30 * len(order) + 130)
    for source, colour in _ORDER.items():
        part = counts.filter(pl.col("source") == source)
        if part.is_empty():
            continue
        made.add_bar(
            y=part["section"].to_list(),
            x=part["settings"].to_list(),
            name=source,
            orientation="h",
            marker_color=colour,
            hovertemplate="%{y}: %{x} from " + source + "<extra></extra>",
        )
    made.update_layout(barmode="stack")
    made.update_yaxes(categoryorder="array", categoryarray=order)
    made.update_xaxes(title_text="settings")
    return made
