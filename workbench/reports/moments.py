"""A graph through valid time: one figure with a slider, and where its moments are. Works without a server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import plotly.graph_objects as go
import polars as pl

from workbench.reports.kinds import look_of
from workbench.reports.layout import place
from workbench.reports.template import GREY, empty, figure, with_legend_rows
from workbench.reports.text import label, moment_text, plural

MOST_NODES = 60
"""Nodes drawn: every moment repeats them."""

_FAINT = 0.12
_LABELLED = 18


@dataclass(frozen=True, slots=True)
class Moment:
    """What held at a moment.

    Parameters
    ----------
    at : datetime
        In valid time.
    nodes : polars.DataFrame
        ``entity_id``, ``name``, ``entity_type`` (str), ``mentions`` (int).
    links : polars.DataFrame
        ``from_entity_id``, ``to_entity_id`` (str).
    """

    at: datetime
    nodes: pl.DataFrame
    links: pl.DataFrame


def spread_moments(times: pl.Series, count: int) -> list[datetime]:
    """So many moments out of those at which something began, the first and the last among them.

    Examples
    --------
    >>> days = [datetime(2026, 1, day) for day in (1, 2, 3, 4, 9)]
    >>> [one.day for one in spread_moments(pl.Series(days), 3)]
    [1, 3, 9]
    """
    found: list[datetime] = times.drop_nulls().unique().sort().to_list()
    if len(found) <= count or count < 2:
        return found
    return [found[round(at * (len(found) - 1) / (count - 1))] for at in range(count)]


def over_time(moments: Sequence[Moment], *, title: str = "What held, moment by moment", reason: str = "") -> go.Figure:
    """The entities and links that held at each moment; those that do not hold yet, or any more, are faint.

    Parameters
    ----------
    moments : sequence of Moment
        In order of time; the last one is shown first.
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if all(one.nodes.is_empty() for one in moments):
        return empty(title, reason or "Nothing is known of any moment")
    made, fixed = _drawn(moments, among=moments, title=title)
    made.update_layout(sliders=[_slider(moments, fixed)])
    return made


def held(
    moment: Moment, *, among: Sequence[Moment], title: str = "What held at this moment", reason: str = ""
) -> go.Figure:
    """One moment, with everything where `over_time` puts it.

    Parameters
    ----------
    moment : Moment
    among : sequence of Moment
        All of those that are drawn in turn.
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    if all(one.nodes.is_empty() for one in (moment, *among)):
        return empty(title, reason or "Nothing is known of this moment")
    return _drawn([moment], among=[*among, moment], title=title)[0]


def _drawn(moments: Sequence[Moment], *, among: Sequence[Moment], title: str) -> tuple[go.Figure, int]:
    """A figure with two traces a moment, and how many traces stand before these."""
    nodes = (
        pl.concat([one.nodes.select("entity_id", "name", "entity_type", "mentions") for one in among])
        .group_by("entity_id")
        .agg(pl.col("name", "entity_type").last(), pl.col("mentions").max())
        .sort("mentions", "entity_id", descending=[True, False])
        .head(MOST_NODES)
    )
    number = {entity: at for at, entity in enumerate(nodes["entity_id"])}
    spots = place(len(number), [pair for one in among for pair in _pairs(one, number)])
    made = figure(title, height=600)
    _legend(made, nodes)
    fixed = len(made.data)
    for moment in moments:
        _draw(made, nodes, spots, _pairs(moment, number), moment, shown=moment is moments[-1])
    made.update_xaxes(visible=False, range=[-1.15, 1.15])
    made.update_yaxes(visible=False, range=[-1.12, 1.12])
    with_legend_rows(made, nodes["entity_type"].n_unique())
    made.update_layout(hovermode="closest")
    return made, fixed


def _pairs(moment: Moment, number: dict[str, int]) -> list[tuple[int, int]]:
    ends = moment.links.select("from_entity_id", "to_entity_id").unique(maintain_order=True)
    return [(number[a], number[b]) for a, b in ends.iter_rows() if a in number and b in number]


def _legend(made: go.Figure, nodes: pl.DataFrame) -> None:
    """One entry a type: the moments' own traces hold all types."""
    for kind in nodes["entity_type"].unique(maintain_order=True):
        look = look_of(kind)
        marker = {"color": look.colour, "symbol": look.symbol, "size": 10}
        made.add_scatter(x=[None], y=[None], mode="markers", name=label(kind), marker=marker)


def _draw(
    made: go.Figure,
    nodes: pl.DataFrame,
    spots: list[tuple[float, float]],
    pairs: list[tuple[int, int]],
    moment: Moment,
    *,
    shown: bool,
) -> None:
    ends = [(spots[a], spots[b]) for a, b in pairs]
    made.add_scatter(
        x=[x for one, other in ends for x in (one[0], other[0], None)],
        y=[y for one, other in ends for y in (one[1], other[1], None)],
        mode="lines",
        line={"color": GREY, "width": 1},
        opacity=0.5,
        hoverinfo="skip",
        showlegend=False,
        visible=shown,
    )
    holds = nodes["entity_id"].is_in(moment.nodes["entity_id"].to_list()).to_list()
    looks = [look_of(kind) for kind in nodes["entity_type"]]
    names = nodes["name"].to_list()
    made.add_scatter(
        x=[x for x, _ in spots],
        y=[y for _, y in spots],
        mode="markers+text",
        marker={
            "size": [9 + 4 * min(count, 12) ** 0.5 for count in nodes["mentions"]],
            "color": [one.colour for one in looks],
            "symbol": [one.symbol for one in looks],
            "opacity": [1.0 if one else _FAINT for one in holds],
        },
        text=[
            label(name, length=20) if held and at < _LABELLED else ""
            for at, (name, held) in enumerate(zip(names, holds, strict=True))
        ],
        textposition="top center",
        textfont={"size": 11},
        hovertext=[
            f"{label(name, length=80)}, {'holds' if held else 'not at this moment'}"
            for name, held in zip(names, holds, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        visible=shown,
    )


def _slider(moments: Sequence[Moment], fixed: int) -> dict[str, object]:
    steps = []
    spread_s = (moments[-1].at - moments[0].at).total_seconds()
    for at, moment in enumerate(moments):
        visible = [True] * fixed + [turn == at for turn in range(len(moments)) for _ in range(2)]
        held = f"{plural(moment.nodes.height, 'entity', 'entities')}, {plural(moment.links.height, 'link')}"
        steps.append(
            {
                "label": f"{moment_text(moment.at, spread_s=spread_s)} UTC: {held}",
                "method": "restyle",
                "args": [{"visible": visible}],
            }
        )
    return {
        "active": len(moments) - 1,
        "currentvalue": {"prefix": "valid at ", "font": {"size": 14, "color": GREY}},
        "pad": {"t": 16, "b": 0, "l": 12, "r": 12},
        "font": {"size": 1, "color": "rgba(0,0,0,0)"},  # of the steps' labels, which would overlap
        "bordercolor": GREY,
        "steps": steps,
    }
