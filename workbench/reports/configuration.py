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


def contacts(frame: pl.DataFrame, *, without: str, title: str = "") -> go.Figure:
    """Which servers are contacted, with a component on and off: a dot where one is.

    Parameters
    ----------
    frame : polars.DataFrame
        ``name`` (str), ``contacted``, ``contacted_without`` (bool).
    without : str
        The component's name.
    title : str
    """
    said = title or f"Servers that are contacted, with {without.replace('_', ' ')} on and off"
    if frame.is_empty():
        return empty(said, "No server is needed")
    rows = frame.reverse()
    names = [name.replace("_", " ") for name in rows["name"]]
    made = figure(said, height=40 * rows.height + 130)
    for column, where, colour in (
        ("contacted", "now", BLUE),
        ("contacted_without", f"without {without.replace('_', ' ')}", ORANGE),
    ):
        flags = rows[column].to_list()
        made.add_scatter(
            x=[where] * len(names),
            y=names,
            mode="markers+text",
            text=[" contacted" if flag else " not contacted" for flag in flags],
            textposition="middle right",
            marker={
                "size": 15,
                "color": [colour if flag else "rgba(0,0,0,0)" for flag in flags],
                "line": {"width": 2, "color": colour},
            },
            hovertemplate="%{y} %{text} %{x}<extra></extra>",
            showlegend=False,
        )
    made.update_xaxes(side="top", showgrid=False, range=[-0.4, 1.8])
    return made
