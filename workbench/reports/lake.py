"""Figures of the data lake: what is where, and how much."""

import plotly.graph_objects as go
import polars as pl

from workbench.reports.template import BLUE, GREEN, ORANGE, PALETTE, empty, figure
from workbench.reports.text import label, size_bytes


def partitions(frame: pl.DataFrame, *, title: str = "Bytes per lake partition", reason: str = "") -> go.Figure:
    """Tables, and within each its partitions, as areas by size.

    Parameters
    ----------
    frame : polars.DataFrame
        ``table`` (str), ``lake_partition`` (str), ``size_bytes`` (int), ``files`` (int).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    rows = frame.filter(pl.col("size_bytes") > 0)
    if rows.is_empty():
        return empty(title, reason or "The lake holds no file yet: run workbench run")
    tables = rows.group_by("table").agg(pl.col("size_bytes", "files").sum()).sort("table")
    ids = [f"t{at}" for at in range(tables.height)]
    parent = dict(zip(tables["table"], ids, strict=True))
    made = figure(title, height=440)
    made.add_treemap(
        ids=[*ids, *(f"p{at}" for at in range(rows.height))],
        labels=[label(name) for name in (*tables["table"], *rows["lake_partition"])],
        parents=[*([""] * tables.height), *(parent[name] for name in rows["table"])],
        values=[*tables["size_bytes"], *rows["size_bytes"]],
        branchvalues="total",
        text=[
            f"{size_bytes(size)}, {files} files"
            for size, files in (
                *tables.select("size_bytes", "files").iter_rows(),
                *rows.select("size_bytes", "files").iter_rows(),
            )
        ],
        textinfo="label+text",
        hovertemplate="%{label}: %{text}<extra></extra>",
        marker={
            "colors": [*(PALETTE[at % 6] for at in range(tables.height)), *("" for _ in range(rows.height))],
            "pad": {"t": 24, "l": 4, "r": 4, "b": 4},
        },
        root={"color": "rgba(0,0,0,0)"},
    )
    made.update_layout(uniformtext={"minsize": 10, "mode": "hide"})
    return made


def archived(
    frame: pl.DataFrame, *, title: str = "Archived events by type, beside what was produced", reason: str = ""
) -> go.Figure:
    """Two bars per event type; where they differ, something is on its way or lost.

    Parameters
    ----------
    frame : polars.DataFrame
        ``event_type`` (str), ``produced`` (int), ``archived`` (int).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    rows = frame.filter((pl.col("produced") > 0) | (pl.col("archived") > 0)).sort("produced")
    if rows.is_empty():
        return empty(title, reason or "Nothing has been produced yet: run workbench run")
    made = figure(title, height=46 * rows.height + 130)
    for column, colour in (("archived", GREEN), ("produced", BLUE)):
        made.add_bar(
            y=[label(name) for name in rows["event_type"]],
            x=rows[column].to_list(),
            name=column,
            orientation="h",
            marker_color=colour,
            hovertemplate="%{y}: %{x:,} " + column + "<extra></extra>",
        )
    made.update_layout(barmode="group", legend_traceorder="reversed")
    made.update_xaxes(title_text="events")
    return made


def payload_sizes(frame: pl.DataFrame, *, title: str = "Raw payloads by size", reason: str = "") -> go.Figure:
    """How large the recorded requests and responses are.

    Parameters
    ----------
    frame : polars.DataFrame
        ``request_bytes``, ``response_bytes`` (int, bytes, may be null).
    title : str
    reason : str
        Why there is nothing to show, when it is known.
    """
    rows = frame.drop_nulls()
    if rows.is_empty():
        return empty(title, reason or "No call with a recorded request and response yet")
    made = figure(title)
    for column, colour in (("request_bytes", BLUE), ("response_bytes", ORANGE)):
        made.add_histogram(
            x=rows[column].to_list(),
            name=column.removesuffix("_bytes"),
            marker_color=colour,
            opacity=0.75,
            bingroup="bytes",
            nbinsx=30,
        )
    made.update_layout(barmode="overlay")
    made.update_xaxes(title_text="bytes")
    made.update_yaxes(title_text="payloads")
    return made
