"""Figures of events on their way: which type went to which hop."""

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import BLUE, GOLD, GREEN, GREY, ORANGE, PURPLE, RED, TEAL, empty, figure
from workbench.reports.text import label, number

_HOP_COLOURS = {
    "extraction": PURPLE,
    "graph": BLUE,
    "context": TEAL,
    "memory": GOLD,
    "lake": GREEN,
    "warehouse": ORANGE,
}


def _faded(colour: str, opacity: float = 0.35) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def event_flow(frame: pl.DataFrame, *, title: str = "Events by type and the hop that stored them") -> go.Figure:
    """Event types on the left, hops on the right, a band as wide as its count.

    Parameters
    ----------
    frame : polars.DataFrame
        ``event_type`` (str), ``hop`` (str), ``stored`` (int, events).
    title : str
    """
    shown = frame.filter(pl.col("stored") > 0)
    if shown.is_empty():
        return empty(title, "No event has been stored yet: run workbench run")
    types = shown.group_by("event_type").agg(pl.col("stored").max()).sort("stored", descending=True)
    names = types["event_type"].to_list()
    hops = shown.group_by("hop").agg(pl.col("stored").sum()).sort("hop")
    counts = dict(zip(hops["hop"], hops["stored"], strict=True))
    nodes = [label(name) for name in names] + [f"{hop}, {number(counts[hop])}" for hop in counts]
    position = {name: at for at, name in enumerate([*names, *counts])}
    made = figure(title, height=max(340, 34 * len(names) + 80))
    made.add_sankey(
        arrangement="snap",
        node={
            "label": nodes,
            "color": [GREY] * len(names) + [_HOP_COLOURS.get(hop, GREY) for hop in counts],
            "pad": 16,
            "thickness": 12,
            "line": {"width": 0},
        },
        link={
            "source": [position[name] for name in shown["event_type"]],
            "target": [position[hop] for hop in shown["hop"]],
            "value": shown["stored"].to_list(),
            "color": [_faded(_HOP_COLOURS.get(hop, GREY)) for hop in shown["hop"]],
            "hovertemplate": "%{source.label} → %{target.label}: %{value:,} events<extra></extra>",
        },
    )
    return made


def reconciliation(frame: pl.DataFrame, *, title: str = "Produced events that each hop accounts for") -> go.Figure:
    """Per hop, what became of the produced events: stored, pending, dead, removed, or lost.

    Parameters
    ----------
    frame : polars.DataFrame
        ``hop`` (str), ``event_type`` (str), ``produced``, ``stored``, ``pending``, ``dead``, ``removed``,
        ``lost``, ``surplus`` (int, events).
    title : str
    """
    if frame.is_empty() or frame["produced"].sum() == 0:
        return empty(title, "Nothing has been produced yet: run workbench run")
    parts = {"stored": GREEN, "pending": ORANGE, "dead": PURPLE, "removed": GREY, "lost": RED, "surplus": GOLD}
    sums = frame.group_by("hop").agg(pl.col(*parts).sum()).sort("hop", descending=True)
    made = figure(title, height=60 * sums.height + 120)
    for part, colour in parts.items():
        if sums[part].sum():
            made.add_bar(
                y=sums["hop"].to_list(),
                x=sums[part].to_list(),
                name=part,
                orientation="h",
                marker_color=colour,
                text=[f"{value:,}" for value in sums[part]],
                textposition="auto",
                hovertemplate="%{y}: %{x:,} " + part + "<extra></extra>",
            )
    made.update_layout(barmode="stack", showlegend=True)
    made.update_xaxes(title_text="events")
    return made
