"""A neighbourhood as rings: the entity in the middle, what is one step away around it, and so on."""

import math

import plotly.graph_objects as go
import polars as pl

from workbench.reports.kinds import look_of
from workbench.reports.template import GREY, GRID, empty, figure, with_legend_rows
from workbench.reports.text import label

MOST_NODES = 90
_LABELLED = 60
_SHARED = 0.7
"""Below 1, an entity with many behind it leaves some of its sector to those with none: an inner ring is short."""
_STEEP = 4.0  # degrees within which a name counts as upright or flat
_GAP = 0.06  # of a ring's width, between a mark and its name


def rings(frame: pl.DataFrame, *, centre: str, title: str = "What is near", reason: str = "") -> go.Figure:
    """One ring a step; a line leads to the entity by which each was reached first.

    Parameters
    ----------
    frame : polars.DataFrame
        ``depth`` (int, from 1; 0 for the middle is left out), ``entity_id``, ``name``, ``entity_type``,
        ``via_entity_id`` (str), ``relationship_types`` (list of str), ``confidence`` (float), ``mentions`` (int).
    centre : str
        Name of the entity in the middle.
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    rows = frame.filter(pl.col("depth") > 0).sort("depth", maintain_order=True)
    if rows.is_empty():
        return empty(title, reason or "No entity is linked to it")
    shown = rows.head(MOST_NODES)
    at = _angles(shown)
    radius = dict(shown.select("entity_id", "depth").iter_rows())
    spots = {one: (radius[one] * math.cos(angle), radius[one] * math.sin(angle)) for one, angle in at.items()}
    said = title if shown.height == rows.height else f"{title} ({shown.height} of {rows.height})"
    made = figure(said, height=720)
    for ring in range(1, max(radius.values()) + 1):
        made.add_shape(
            type="circle", x0=-ring, x1=ring, y0=-ring, y1=ring, line={"color": GREY, "width": 0.5}, opacity=0.5
        )
    _draw_ways(made, shown, spots)
    _draw_entities(made, shown, spots)
    for entity, name in shown.select("entity_id", "name").head(_LABELLED).iter_rows():
        _write(made, name, *spots[entity])
    made.add_scatter(
        x=[0], y=[0], mode="markers+text", text=[f"<b>{label(centre, length=24)}</b>"], textposition="bottom center",
        marker={"size": 20, "color": GREY, "symbol": "star"}, hoverinfo="skip", showlegend=False,
    )  # fmt: skip
    edge = max(radius.values()) * 1.4  # names stand outside the last ring
    made.update_xaxes(visible=False, range=[-edge * 1.2, edge * 1.2])
    made.update_yaxes(visible=False, range=[-edge, edge], scaleanchor="x")
    made.update_layout(hovermode="closest", showlegend=True)
    with_legend_rows(made, shown["entity_type"].n_unique())
    return made


def _write(made: go.Figure, name: str, x: float, y: float) -> None:
    """A name that points outward and not on its head: those of neighbours on a ring do not lie on each other."""
    angle = math.degrees(math.atan2(y, x))
    left = abs(angle) > 90
    turned = angle - math.copysign(180, angle) if left else angle
    further = 1 + _GAP / math.hypot(x, y)
    made.add_annotation(
        x=x * further,
        y=y * further,
        text=label(name, length=18),
        showarrow=False,
        font={"size": 11},
        textangle=-turned,
        xanchor="center" if abs(abs(angle) - 90) < _STEEP else "right" if left else "left",
        yanchor="middle" if abs(turned) < _STEEP else "bottom" if angle > 0 else "top",
    )


def _angles(rows: pl.DataFrame) -> dict[str, float]:
    """An angle for each: children stand in the sector of the entity that they were reached by, as wide as they need."""
    children: dict[str, list[str]] = {}
    known = set(rows["entity_id"])
    for entity, via in rows.select("entity_id", "via_entity_id").iter_rows():
        children.setdefault(via if via in known else "", []).append(entity)
    room: dict[str, float] = {}
    for entity in reversed(rows["entity_id"].to_list()):  # deepest first
        room[entity] = sum(room[one] for one in children.get(entity, [])) ** _SHARED or 1.0
    found: dict[str, float] = {}
    todo = [("", 0.0, 2 * math.pi)]
    while todo:
        parent, start, width = todo.pop()
        below = children.get(parent, [])
        total = sum(room[one] for one in below)
        for one in below:
            share = width * room[one] / total
            found[one] = start + share / 2
            todo.append((one, start, share))
            start += share
    return found


def _draw_ways(made: go.Figure, rows: pl.DataFrame, spots: dict[str, tuple[float, float]]) -> None:
    ends = [
        (spots[entity], spots.get(via, (0.0, 0.0)))
        for entity, via in rows.select("entity_id", "via_entity_id").iter_rows()
    ]
    made.add_scatter(
        x=[x for one, other in ends for x in (one[0], other[0], None)],
        y=[y for one, other in ends for y in (one[1], other[1], None)],
        mode="lines", line={"color": GREY, "width": 1}, opacity=0.5, hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _draw_entities(made: go.Figure, rows: pl.DataFrame, spots: dict[str, tuple[float, float]]) -> None:
    for kind in rows["entity_type"].unique(maintain_order=True):
        part = rows.filter(pl.col("entity_type") == kind)
        places = [spots[one] for one in part["entity_id"]]
        look = look_of(kind)
        made.add_scatter(
            x=[x for x, _ in places],
            y=[y for _, y in places],
            mode="markers",
            name=label(kind),
            marker={"size": 12, "color": look.colour, "symbol": look.symbol, "line": {"width": 1, "color": GRID}},
            hovertext=[
                f"{label(row['name'], length=80)}, {row['depth']} away "
                f"by {label(', '.join(row['relationship_types']))}, confidence {row['confidence'] or 0:.2f}"
                for row in part.iter_rows(named=True)
            ],
            hovertemplate="%{hovertext}<extra>" + label(kind) + "</extra>",
        )
