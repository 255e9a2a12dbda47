"""The graph to look around in, for people in JupyterLab: filter, drag, click an entity and read its dossier.

A report leaves the widget out and shows the static figure instead.
"""

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets
import polars as pl

from workbench.reports.dossier import Dossier, dossier_html
from workbench.reports.graph_widget import GraphWidget, drawing
from workbench.reports.kinds import look_of
from workbench.reports.network import MAX_NODES
from workbench.reports.text import plural

_HINT = "<p>Click an entity, or choose one above, to read what names it and what it is linked to.</p>"
_STEP = 0.05  # of confidence


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
        self.sure = ipywidgets.FloatSlider(
            min_confidence, min=0, max=1, step=_STEP, description="confidence from", continuous_update=False
        )
        self.sure.style.description_width = "initial"
        found = self._nodes["entity_type"].value_counts(sort=True)
        self.kinds = {kind: self._kind(kind, count) for kind, count in found.iter_rows()}
        self.entity = ipywidgets.Dropdown(description="entity", options=[("", "")])
        self.counted = ipywidgets.Label()
        self.graph = GraphWidget(layout={"flex": "3 1 30em", "min_width": "0"})
        height = {"max_height": "36em", "overflow": "auto"}
        self.text = ipywidgets.HTML(
            _HINT, layout={"flex": "1 1 18em", "min_width": "0", "padding": "0 0 0 1em", **height}
        )
        wrap = {"flex_flow": "row wrap", "align_items": "center"}
        super().__init__(
            [
                ipywidgets.Box(list(self.kinds.values()), layout=wrap),
                ipywidgets.Box([self.sure, self.entity, self.counted], layout=wrap),
                ipywidgets.Box([self.graph, self.text], layout={"flex_flow": "row wrap"}),
            ]
        )
        self._filter()
        for one in (self.sure, *(box.children[1] for box in self.kinds.values())):
            one.observe(self._filter, names="value")
        self.entity.observe(lambda change: self._choose(change["new"]), names="value")
        self.graph.observe(lambda change: self._choose(change["new"]), names="selected")

    def _kind(self, kind: str, count: int) -> ipywidgets.HBox:
        """A box to tick, with the type's colour: the legend, too."""
        mark = ipywidgets.HTML(f'<span style="color:{look_of(kind).colour}" aria-hidden="true">⬤</span>')
        name = " ".join(kind.split())[:24]
        tick = ipywidgets.Checkbox(True, description=f"{name} {count}", indent=False, layout={"width": "auto"})
        return ipywidgets.HBox([mark, tick], layout={"margin": "0 1.2em 0 0", "align_items": "center"})

    def _filter(self, _: Any = None) -> None:
        """Draw what the filters leave."""
        wanted = [kind for kind, box in self.kinds.items() if box.children[1].value]
        nodes, links = filtered(self._nodes, self._links, kinds=wanted, min_confidence=self.sure.value)
        kept = nodes.head(MAX_NODES)
        self.graph.graph = drawing(kept, links)
        named = ((" ".join(name.split())[:60], one) for one, name in kept.select("entity_id", "name").iter_rows())
        self.entity.options = [("", ""), *named]
        self.counted.value = f"{plural(nodes.height, 'entity', 'entities')}, {plural(links.height, 'link')}"

    def _choose(self, entity_id: str) -> None:
        """Show one entity's dossier, wherever it was chosen; an entity that a filter has hidden is chosen no more."""
        chosen = entity_id if entity_id in {value for _, value in self.entity.options} else ""
        if self.entity.value == self.graph.selected == chosen:
            return
        self.entity.value, self.graph.selected = chosen, chosen
        self.text.value = dossier_html(self._dossier(chosen)) if chosen else _HINT


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
