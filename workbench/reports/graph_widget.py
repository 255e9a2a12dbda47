"""The drawing that people drag and click in JupyterLab: a small widget of our own on anywidget, see ADR 0008.

It takes plain values and gives back which entity was chosen; its JavaScript is ``widgets/graph.js`` and comes with the
package, so that nothing is loaded from a network. Names reach the browser as text and are never read as HTML.
"""

from importlib.resources import files
from typing import Any

import anywidget
import polars as pl
import traitlets

from workbench.reports.kinds import look_of
from workbench.reports.layout import place
from workbench.reports.text import plural

HEIGHT = 560
"""Units of the drawing, which is 1,000 wide."""

_LABELLED = 30
"""Names that are always shown, those of the most mentioned; the others appear on hover."""

_WEAK = "CO_OCCURS_WITH"
"""Standing together in a message says little: drawn thinner."""


def _source(name: str) -> str:
    return (files("workbench.reports") / "widgets" / name).read_text(encoding="utf-8")


class GraphWidget(anywidget.AnyWidget):
    """Entities and links to drag and click.

    Attributes
    ----------
    graph : dict
        As `drawing` gives it.
    selected : str
        Entity id that was chosen; empty for none.
    height : int
    """

    _esm = _source("graph.js")
    _css = _source("graph.css")
    graph = traitlets.Dict().tag(sync=True)
    selected = traitlets.Unicode("").tag(sync=True)
    height = traitlets.Int(HEIGHT).tag(sync=True)


def _line(text: object, *, length: int = 60) -> str:
    line = " ".join(str(text).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def drawing(nodes: pl.DataFrame, links: pl.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """What the widget draws: entities with place and look, and one line for each pair that is linked.

    Parameters
    ----------
    nodes, links : polars.DataFrame
        As `workbench.reports.explore.GraphExplorer` takes them.

    Returns
    -------
    dict
        ``nodes``: id, name, kind, told, colour, symbol, size, x, y (-1 to 1), labelled. ``links``: a, b (numbers of
        nodes), told, weak.
    """
    number = {entity: at for at, entity in enumerate(nodes["entity_id"])}
    pairs: dict[tuple[int, int], list[str]] = {}
    for a, b, kind, sure in links.select(
        "from_entity_id", "to_entity_id", "relationship_type", "confidence"
    ).iter_rows():
        if a in number and b in number and a != b:
            said = kind if sure is None else f"{kind} {sure:.2f}"
            pairs.setdefault((number[a], number[b]), []).append(said)
    names = [_line(name, length=32) for name in nodes["name"]]
    spots = place(len(number), list(pairs))
    rows = nodes.select("entity_id", "entity_type", "mentions").iter_rows()
    return {
        "nodes": [
            {
                "id": entity,
                "name": names[at],
                "kind": _line(kind),
                "told": plural(mentions, "mention"),
                "colour": look_of(kind).colour,
                "symbol": look_of(kind).symbol,
                "size": 8 + 3 * min(mentions, 16) ** 0.5,
                "x": spots[at][0],
                "y": spots[at][1],
                "labelled": at < _LABELLED,
            }
            for at, (entity, kind, mentions) in enumerate(rows)
        ],
        "links": [
            {
                "a": a,
                "b": b,
                "told": f"{names[a]} → {names[b]}: {_line(', '.join(said), length=200)}",
                "weak": all(one.startswith(_WEAK) for one in said),
            }
            for (a, b), said in pairs.items()
        ],
    }
