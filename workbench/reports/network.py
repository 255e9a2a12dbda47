"""Figures of the knowledge graph: entities and the links between them."""

import plotly.graph_objects as go
import polars as pl

from workbench.reports.kinds import look_of
from workbench.reports.layout import place
from workbench.reports.template import GREY, empty, figure, with_legend_rows
from workbench.reports.text import label

MAX_NODES = 90
"""Nodes drawn; more are a ball of wool. The most mentioned are kept, and the title says how many there are."""

_LABELLED = 24


def entity_graph(
    nodes: pl.DataFrame, links: pl.DataFrame, *, title: str = "Entities and the links between them", reason: str = ""
) -> go.Figure:
    """A conversation's entities as a network.

    Parameters
    ----------
    nodes : polars.DataFrame
        ``entity_id`` (str), ``name`` (str), ``entity_type`` (str), ``mentions`` (int).
    links : polars.DataFrame
        ``from_entity_id``, ``to_entity_id``, ``relationship_type`` (str).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if nodes.is_empty():
        return empty(title, reason or "No entity was found in this conversation")
    shown = nodes.sort("mentions", "name", descending=[True, False]).head(MAX_NODES)
    number = {entity: at for at, entity in enumerate(shown["entity_id"])}
    kept = [
        (number[a], number[b], kind)
        for a, b, kind in links.select("from_entity_id", "to_entity_id", "relationship_type").iter_rows()
        if a in number and b in number
    ]
    spots = place(len(number), [(a, b) for a, b, _ in kept])
    said = title if shown.height == nodes.height else f"{title} ({shown.height} of {nodes.height})"
    made = figure(said, height=560)
    _draw_links(made, spots, kept)
    _draw_nodes(made, shown, spots)
    made.update_xaxes(visible=False, range=[-1.15, 1.15])
    made.update_yaxes(visible=False, range=[-1.12, 1.12])
    made.update_layout(showlegend=True, hovermode="closest")
    with_legend_rows(made, shown["entity_type"].n_unique())
    return made


def _draw_links(made: go.Figure, spots: list[tuple[float, float]], kept: list[tuple[int, int, str]]) -> None:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for a, b, _ in kept:
        xs += [spots[a][0], spots[b][0], None]
        ys += [spots[a][1], spots[b][1], None]
    made.add_scatter(
        x=xs, y=ys, mode="lines", line={"color": GREY, "width": 1}, opacity=0.45, hoverinfo="skip", showlegend=False
    )
    made.add_scatter(
        x=[(spots[a][0] + spots[b][0]) / 2 for a, b, _ in kept],
        y=[(spots[a][1] + spots[b][1]) / 2 for a, b, _ in kept],
        mode="markers",
        marker={"size": 9, "opacity": 0, "color": GREY},
        hovertext=[label(kind) for *_, kind in kept],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _draw_nodes(made: go.Figure, shown: pl.DataFrame, spots: list[tuple[float, float]]) -> None:
    placed = shown.with_columns(
        x=pl.Series([x for x, _ in spots], dtype=pl.Float64),
        y=pl.Series([y for _, y in spots], dtype=pl.Float64),
        rank=pl.int_range(pl.len()),
    )
    kinds = placed.group_by("entity_type").len().sort("len", "entity_type", descending=[True, False])["entity_type"]
    for kind in kinds:
        part = placed.filter(pl.col("entity_type") == kind)
        made.add_scatter(
            x=part["x"].to_list(),
            y=part["y"].to_list(),
            mode="markers+text",
            name=label(kind),
            marker={
                "size": [9 + 5 * min(count, 12) ** 0.5 for count in part["mentions"]],
                "color": look_of(kind).colour,
                "symbol": look_of(kind).symbol,
                "line": {"width": 1, "color": "rgba(255,255,255,0.6)"},
            },
            text=[
                label(name, length=22) if rank < _LABELLED else ""
                for name, rank in part.select("name", "rank").iter_rows()
            ],
            textposition="top center",
            textfont={"size": 11},
            hovertext=[
                f"{label(name, length=80)}, {count} mentions"
                for name, count in part.select("name", "mentions").iter_rows()
            ],
            hovertemplate="%{hovertext}<extra>" + label(kind) + "</extra>",
        )


def top_entities(frame: pl.DataFrame, *, title: str = "Entities with most mentions", reason: str = "") -> go.Figure:
    """Horizontal bars.

    Parameters
    ----------
    frame : polars.DataFrame
        ``name`` (str), ``entity_type`` (str), ``mentions`` (int), ``conversations`` (int).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "The graph holds no entity yet: run workbench run")
    rows = frame.sort("mentions", "name", descending=[True, False]).head(20).reverse()
    names = [label(name, length=32) for name in rows["name"]]
    made = figure(title, height=26 * rows.height + 130)
    for kind in rows["entity_type"].unique().sort():
        part = rows.with_columns(shown=pl.Series(names)).filter(pl.col("entity_type") == kind)
        made.add_bar(
            y=part["shown"].to_list(),
            x=part["mentions"].to_list(),
            orientation="h",
            name=label(kind),
            marker={
                "color": look_of(kind).colour,
                "pattern": {"shape": look_of(kind).pattern, "fillmode": "overlay", "size": 6, "solidity": 0.2},
            },
            customdata=part["conversations"].to_list(),
            hovertemplate="%{y}: %{x:,} mentions in %{customdata:,} conversations<extra></extra>",
        )
    made.update_layout(barmode="stack")
    with_legend_rows(made, rows["entity_type"].n_unique())
    made.update_yaxes(categoryorder="array", categoryarray=names)
    made.update_xaxes(title_text="mentions")
    return made
