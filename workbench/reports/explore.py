"""The graph to look around in, for people in JupyterLab: filter, drag, click an entity and read its dossier.

A report leaves the widget out and shows the static figure instead. ipysigma writes names and attributes of nodes into
its panels as HTML, so it is given neither panel nor HTML: keys are numbers of ours, and a name's marks of HTML are
replaced by look-alikes (its labels are drawn on a canvas, where ``&lt;`` would be read as such).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets
import networkx as nx
import polars as pl
from ipysigma import Sigma

from workbench.reports.dossier import Dossier, dossier_html
from workbench.reports.kinds import look_of
from workbench.reports.layout import place
from workbench.reports.network import MAX_NODES
from workbench.reports.text import plural

HEIGHT = 560
_HARMLESS = str.maketrans({"<": "‹", ">": "›", "&": "＆", '"': "”", "'": "’", "`": "’"})
_HINT = "<p>Click an entity, or choose one above, to read what names it and what it is linked to.</p>"
_STEP = 0.05  # of confidence


def harmless(text: object, *, length: int = 40) -> str:
    """A name that is the same text whether it is read as HTML or not.

    Examples
    --------
    >>> harmless("<b>R&D</b>")
    '‹b›R＆D‹/b›'
    """
    line = " ".join(str(text).split()).translate(_HARMLESS)
    return line if len(line) <= length else line[: length - 1] + "…"


def _sigma(nodes: pl.DataFrame, links: pl.DataFrame) -> tuple[Sigma, list[str]]:
    """The drawing, and the entity id of each of its nodes."""
    ids: list[str] = nodes["entity_id"].to_list()
    number = {entity: at for at, entity in enumerate(ids)}
    graph = nx.DiGraph()
    for at, (name, kind, mentions) in enumerate(nodes.select("name", "entity_type", "mentions").iter_rows()):
        graph.add_node(str(at), label=harmless(name), color=look_of(kind).colour, size=4 + 3 * min(mentions, 16) ** 0.5)
    for a, b in links.select("from_entity_id", "to_entity_id").iter_rows():
        if a in number and b in number and a != b:
            graph.add_edge(str(number[a]), str(number[b]), color="#b9c1c9", size=1)
    spots = place(len(ids), [(int(a), int(b)) for a, b in graph.edges])
    drawn = Sigma(
        graph,
        height=HEIGHT,
        layout={str(at): {"x": x, "y": y} for at, (x, y) in enumerate(spots)},
        raw_node_size="size",
        raw_node_label="label",
        node_size_range=None,
        hide_info_panel=True,
        hide_search=True,
        label_density=2,
        label_rendered_size_threshold=5,
    )
    return drawn, ids


class GraphExplorer(ipywidgets.VBox):  # type: ignore[misc]
    """A conversation's entities to filter and click.

    Parameters
    ----------
    nodes : polars.DataFrame
        ``entity_id``, ``name``, ``entity_type`` (str), ``mentions`` (int), ``confidence`` (float, may be missing).
    links : polars.DataFrame
        ``from_entity_id``, ``to_entity_id``, ``relationship_type`` (str), ``confidence`` (float, may be null).
    dossier : callable
        Entity id -> `Dossier`; asked when an entity is chosen.
    min_confidence : float
        Where the filter begins, 0 to 1.
    """

    def __init__(
        self,
        nodes: pl.DataFrame,
        links: pl.DataFrame,
        *,
        dossier: Callable[[str], Dossier],
        min_confidence: float = 0.0,
    ) -> None:
        self._nodes = nodes.sort("mentions", "name", descending=[True, False])
        self._links = links
        self._dossier = dossier
        self._shown: list[str] = []
        self.sure = ipywidgets.FloatSlider(
            min_confidence, min=0, max=1, step=_STEP, description="confidence from", continuous_update=False
        )
        self.sure.style.description_width = "initial"
        self.kinds = {kind: self._kind(kind) for kind in self._nodes["entity_type"].unique(maintain_order=True)}
        self.entity = ipywidgets.Dropdown(description="entity", options=[("", "")])
        self.counted = ipywidgets.Label()
        self.graph = ipywidgets.Box(layout={"flex": "1 1 30em", "min_width": "0"})
        self.text = ipywidgets.HTML(_HINT, layout={"flex": "0 1 24em", "height": f"{HEIGHT}px", "overflow": "auto"})
        wrap = {"flex_flow": "row wrap", "align_items": "center"}
        super().__init__(
            [
                ipywidgets.Box(list(self.kinds.values()), layout=wrap),
                ipywidgets.Box([self.sure, self.entity, self.counted], layout=wrap),
                ipywidgets.Box([self.graph, self.text], layout={"flex_flow": "row wrap"}),
            ]
        )
        self.sure.observe(self._filter, names="value")
        for one in self.kinds.values():
            one.observe(self._filter, names="value")
        self.entity.observe(lambda change: self._read(change["new"]), names="value")
        self._filter()

    def _kind(self, kind: str) -> ipywidgets.ToggleButton:
        button = ipywidgets.ToggleButton(True, description=f"● {harmless(kind)}", layout={"width": "auto"})
        button.style.text_color = look_of(kind).colour
        return button

    def _filter(self, _: Any = None) -> None:
        """Draw what the filters leave."""
        wanted = [kind for kind, button in self.kinds.items() if button.value]
        nodes, links = filtered(self._nodes, self._links, kinds=wanted, min_confidence=self.sure.value)
        kept = nodes.head(MAX_NODES)
        drawn, self._shown = _sigma(kept, links)
        drawn.observe(self._clicked, names="selected_node")
        for old in self.graph.children:
            old.close()
        self.graph.children = [drawn]
        self.entity.options = [
            ("", ""),
            *((harmless(name), one) for one, name in kept.select("entity_id", "name").iter_rows()),
        ]
        self.counted.value = f"{plural(nodes.height, 'entity', 'entities')}, {plural(links.height, 'link')}"

    def _clicked(self, change: Mapping[str, Any]) -> None:
        self.entity.value = self._shown[int(change["new"])] if change["new"] is not None else ""

    def _read(self, entity_id: str) -> None:
        self.text.value = dossier_html(self._dossier(entity_id)) if entity_id else _HINT


def filtered(
    nodes: pl.DataFrame, links: pl.DataFrame, *, kinds: Sequence[str], min_confidence: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Entities of some types, and the links between them that are sure enough; a link that states no confidence is.

    Parameters
    ----------
    nodes, links : polars.DataFrame
        As in `GraphExplorer`.
    kinds : sequence of str
        Entity types to keep.
    min_confidence : float
        0 to 1.
    """
    kept = nodes.filter(pl.col("entity_type").is_in(kinds))
    if "confidence" in kept.columns:
        kept = kept.filter(pl.col("confidence").fill_null(1.0) >= min_confidence)
    ids = kept["entity_id"].to_list()
    return kept, links.filter(
        pl.col("from_entity_id").is_in(ids)
        & pl.col("to_entity_id").is_in(ids)
        & (pl.col("confidence").fill_null(1.0) >= min_confidence)
    )


def explore_graph(
    nodes: pl.DataFrame,
    links: pl.DataFrame,
    *,
    dossier: Callable[[str], Dossier],
    min_confidence: float = 0.0,
    reason: str = "",
) -> ipywidgets.Widget:
    """The graph to look around in; a line of text when there is none.

    Parameters
    ----------
    nodes, links, dossier, min_confidence
        As in `GraphExplorer`.
    reason : str
        Why there is nothing to show, when it is known.
    """
    if nodes.is_empty():
        return ipywidgets.Label(reason or "No entity was found in this conversation")
    return GraphExplorer(nodes, links, dossier=dossier, min_confidence=min_confidence)
