"""The house template of every figure, and the frame around an empty one.

One colour has one meaning. All colours keep a contrast of at least 3:1 on the light and on the dark
page (WCAG 2.1, graphical objects) and stay apart for the common colour vision deficiencies; states are
told by text or position too, never by colour alone. The report page swaps ink and grid for a dark
scheme; in a notebook the light one is used.
"""

import plotly.graph_objects as go

PALETTE = ("#2f7fd6", "#d9731a", "#1f9d73", "#b85fb0", "#a88400", "#1793a6", "#d64545", "#7a8591")
"""For categories, in this order."""

BLUE, ORANGE, GREEN, PURPLE, GOLD, TEAL, RED, GREY = PALETTE

STATES = {
    "healthy": GREEN,
    "degraded": GOLD,
    "unhealthy": RED,
    "init_failed": RED,
    "not_initialized": PURPLE,
    "disabled": GREY,
}
"""A component's state -> colour."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
INK = "#1c2126"
GRID = "#e3e7eb"
HEIGHT = 380
"""Pixels; a figure and its paragraph fit on a laptop's screen together."""

_AXIS = {
    "gridcolor": GRID,
    "linecolor": GRID,
    "zeroline": False,
    "ticks": "",
    "ticklabelstandoff": 6,
    "automargin": True,
    "title": {"standoff": 12},
}

HOUSE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 13, "color": INK},
        "title": {"font": {"size": 16}, "x": 0, "xref": "paper", "xanchor": "left", "pad": {"b": 8}},
        "colorway": list(PALETTE),
        "paper_bgcolor": "#ffffff",
        "plot_bgcolor": "#ffffff",
        "margin": {"l": 16, "r": 16, "t": 56, "b": 16, "autoexpand": True},
        "height": HEIGHT,
        "hoverlabel": {"font": {"family": FONT, "size": 12}},
        "legend": {
            "orientation": "h",
            "yanchor": "bottom",
            "y": 1.0,
            "xanchor": "right",
            "x": 1,
            "title": {"text": ""},
        },
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "bargap": 0.28,
    },
)


_ENTRIES = 5
_TITLE_PX = 40
_ROW_PX = 22


def figure(title: str, *, height: int = HEIGHT) -> go.Figure:
    """A figure in the house template.

    Parameters
    ----------
    title : str
        What the figure shows, in one line.
    height : int
        Pixels.
    """
    made = go.Figure()
    made.update_layout(template=HOUSE, title_text=title, height=height)
    return made


def with_legend_rows(made: go.Figure, entries: int) -> None:
    """Make room for a legend of several rows between title and figure.

    Parameters
    ----------
    made : plotly.graph_objects.Figure
    entries : int
        Entries of the legend; about `_ENTRIES` stand in a row.
    """
    rows = -(-entries // _ENTRIES)
    made.update_layout(margin_t=_TITLE_PX + _ROW_PX * rows, title={"y": 1, "yref": "container", "yanchor": "top"})
    made.update_layout(title_pad={"t": 14})


def empty(title: str, reason: str) -> go.Figure:
    """What a figure shows when there is nothing to show: why, calmly.

    Parameters
    ----------
    title : str
    reason : str
        One sentence.
    """
    made = figure(title, height=220)
    made.update_xaxes(visible=False)
    made.update_yaxes(visible=False)
    made.add_annotation(
        text=reason, x=0.5, y=0.5, xref="paper", yref="paper", showarrow=False, font={"size": 14, "color": GREY}
    )
    return made
