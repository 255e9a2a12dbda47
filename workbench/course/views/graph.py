"""The knowledge graph: entities, links, and whether all that was produced is in it."""

from dataclasses import dataclass

import polars as pl

from workbench.course.views.switch import off_reason
from workbench.settings import Settings

_TOP = {
    "entity_id": pl.String, "name": pl.String, "entity_type": pl.String, "mentions": pl.Int64,
    "conversations": pl.Int64,
}  # fmt: skip
_NODES = {"entity_id": pl.String, "name": pl.String, "entity_type": pl.String, "mentions": pl.Int64}
_LINKS = {
    "from_entity_id": pl.String, "from_name": pl.String, "relationship_type": pl.String, "to_entity_id": pl.String,
    "to_name": pl.String, "mentions": pl.Int64, "confidence": pl.Float64,
}  # fmt: skip
_COUNTS = {"what": pl.String, "kind": pl.String, "count": pl.Int64}


@dataclass(frozen=True, slots=True)
class GraphView:
    """The graph of one tenant.

    Parameters
    ----------
    settings : Settings
    """

    settings: Settings

    @property
    def off(self) -> str:
        """Why there is nothing, when the knowledge graph is switched off; else empty."""
        return off_reason(self.settings, "knowledge_graph")

    def top_entities(self, *, limit: int = 20) -> pl.DataFrame:
        """The entities that messages name most often.

        Returns
        -------
        polars.DataFrame
            entity_id, name, entity_type (String), mentions, conversations (Int64).
        """
        if self.off:
            return pl.DataFrame(schema=_TOP)
        from workbench.graph.traversal import top_entities

        return top_entities(self.settings, tenant_id=self.settings.api.tenant, limit=limit)

    def choose(self, conversation: str) -> str:
        """The given conversation's id, or that of the one that names most entities; empty when there is none."""
        if conversation or self.off:
            return conversation
        from workbench.graph.traversal import richest_conversation

        return richest_conversation(self.settings, tenant_id=self.settings.api.tenant)

    def entity_graph(self, conversation: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """A conversation's entities and links.

        Returns
        -------
        nodes : polars.DataFrame
            entity_id, name, entity_type (String), mentions (Int64).
        links : polars.DataFrame
            from_entity_id, from_name, relationship_type, to_entity_id, to_name (String), mentions (Int64),
            confidence (Float64).
        """
        if self.off or not conversation:
            return pl.DataFrame(schema=_NODES), pl.DataFrame(schema=_LINKS)
        from workbench.graph.traversal import conversation_graph

        return conversation_graph(self.settings, conversation, tenant_id=self.settings.api.tenant)

    def counts(self) -> pl.DataFrame:
        """How much the graph holds, by label and type.

        Returns
        -------
        polars.DataFrame
            what, kind (String), count (Int64).
        """
        if self.off:
            return pl.DataFrame(schema=_COUNTS)
        from workbench.graph.traversal import graph_size

        return graph_size(self.settings)
