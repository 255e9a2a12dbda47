"""Figures of what is held to be the same, and of what models say differently."""

from typing import Any

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import BLUE, GREEN, GREY, RED, empty, figure
from workbench.reports.text import label

MOST_ROWS = 25
_LEAST = 0.5  # where the axis of scores begins when all are higher


def same_things(
    frame: pl.DataFrame,
    *,
    threshold: float | None = None,
    title: str = "Held to be the same, across sessions",
    reason: str = "",
) -> go.Figure:
    """A dot per pair of entities, at the score of its link.

    Parameters
    ----------
    frame : polars.DataFrame
        ``name``, ``other_name``, ``entity_type``, ``other_entity_type`` (str), ``score`` (float, 0 to 1), ``because``
        (str, what the score rests on).
    threshold : float, optional
        Score from which the linker states a link.
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "No two entities are held to be the same")
    rows = frame.sort("score", "name", descending=[True, False]).head(MOST_ROWS).reverse()
    names = [_pair(row) for row in rows.iter_rows(named=True)]
    made = figure(title, height=28 * rows.height + 140)
    places = list(range(len(names)))
    for at, score in enumerate(rows["score"]):
        made.add_shape(
            type="line", x0=0, x1=score, y0=at, y1=at, line={"color": GREY, "width": 2}, opacity=0.5, layer="below"
        )
    made.add_scatter(
        x=rows["score"].to_list(),
        y=places,
        mode="markers+text",
        marker={"color": BLUE, "size": 12},
        text=[f"{score:.2f}" for score in rows["score"]],
        textposition="middle right",
        hovertext=[label(because, length=160) for because in rows["because"]],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    if threshold is not None:
        made.add_vline(x=threshold, line={"color": GREY, "dash": "dot"})
    made.update_xaxes(
        range=[_LEAST if min(rows["score"].to_list()) >= _LEAST else 0, 1.06],
        title_text="score" if threshold is None else f"score (linked from {threshold:.2f})",
    )
    made.update_yaxes(tickvals=places, ticktext=names, showgrid=False, range=[-0.6, len(places) - 0.4])
    return made


def _pair(row: dict[str, Any]) -> str:
    """Both names; with their types when they are written alike."""
    alike = row["name"] == row["other_name"]
    ends = [
        label(row[name], length=24) + (f" ({label(row[kind], length=14)})" if alike else "")
        for name, kind in (("name", "entity_type"), ("other_name", "other_entity_type"))
    ]
    return " = ".join(ends)


def statements(frame: pl.DataFrame, *, title: str = "Who says what", reason: str = "") -> go.Figure:
    """A column per model, a row per statement, a dot where the model said it.

    Parameters
    ----------
    frame : polars.DataFrame
        ``model_id`` (str), ``statement`` (str, e.g. ``Kafka USES Zookeeper``), ``times`` (int), ``holds`` (bool,
        whether the graph still says so), ``disputed`` (bool, whether another model contradicts it), ``text`` (str).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if frame.is_empty():
        return empty(title, reason or "No model said anything about it")
    ranked = (
        frame.group_by("statement")
        .agg(pl.col("disputed").any(), pl.col("model_id").n_unique().alias("models"), pl.col("times").sum())
        .sort("disputed", "models", "times", "statement", descending=[True, True, True, False])
    )
    order = ranked["statement"].head(MOST_ROWS).to_list()
    rows = frame.filter(pl.col("statement").is_in(order)).with_columns(
        state=pl.when("disputed")
        .then(pl.lit("disputed"))
        .when("holds")
        .then(pl.lit("holds"))
        .otherwise(pl.lit("superseded"))
    )
    made = figure(title, height=26 * len(order) + 170)
    for state, (colour, symbol) in {
        "holds": (GREEN, "circle"),
        "disputed": (RED, "x"),
        "superseded": (GREY, "circle-open"),
    }.items():
        part = rows.filter(pl.col("state") == state)
        if part.height:
            made.add_scatter(
                x=[label(one, length=24) for one in part["model_id"]],
                y=[label(one, length=48) for one in part["statement"]],
                mode="markers",
                name=state,
                marker={"color": colour, "symbol": symbol, "size": [10 + 2 * min(one, 9) for one in part["times"]]},
                hovertext=[
                    f"{times} times: “{label(text or '', length=120)}”"
                    for times, text in part.select("times", "text").iter_rows()
                ],
                hovertemplate="%{x}: %{y}<br>%{hovertext}<extra>" + state + "</extra>",
            )
    made.update_yaxes(categoryorder="array", categoryarray=[label(one, length=48) for one in order[::-1]])
    made.update_xaxes(type="category", side="bottom")
    made.update_layout(showlegend=True)
    return made
