"""The knowledge graph: what is in it, what was in it when, and where models disagree about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import polars as pl

from workbench.course.views.switch import off_reason
from workbench.graph.reading.answer import Answer, Dossier, EntityIds, State
from workbench.graph.reading.columns import empty
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.graph.reading.reader import GraphReader

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GraphView:
    """The graph of one tenant. Switched off, every read gives no rows and asks nobody.

    Reads that give an `Answer` have their rows in ``.frame`` and the offsets that these reflect in ``.reflects``; the
    function of the same name under `workbench.graph.reading` says what parameters and columns mean.

    Parameters
    ----------
    settings : Settings
    """

    settings: Settings

    @property
    def off(self) -> str:
        """Why there is nothing, when the knowledge graph is switched off; else empty."""
        return off_reason(self.settings, "knowledge_graph")

    @property
    def tenant(self) -> str:
        """Whose graph is read."""
        return self.settings.api.tenant

    def _read(self, ask: "Callable[[GraphReader], T]") -> T:
        from workbench.graph.reading.reader import GraphReader

        with GraphReader(self.settings) as reader:
            return ask(reader)

    def reflects(self) -> Mapping[tuple[str, int], int]:
        """Topic and partition -> first offset that the graph does not have, now."""
        if self.off:
            return {}
        from workbench.graph.reading.reader import offsets

        return self._read(offsets)

    def top_entities(self, *, limit: int = 20) -> pl.DataFrame:
        """The entities that messages name most often.

        Returns
        -------
        polars.DataFrame
            entity_id, name, entity_type (String), mentions, conversations (Int64).
        """
        if self.off:
            return empty("top_entities")
        from workbench.graph.reading.ranking import top_entities

        return self._read(lambda reader: top_entities(reader, tenant_id=self.tenant, limit=limit)).frame

    def choose(self, conversation: str) -> str:
        """The given conversation's id, or that of the one that names most entities; empty when there is none."""
        if conversation or self.off:
            return conversation
        from workbench.graph.reading.conversation import richest_conversation

        return self._read(lambda reader: richest_conversation(reader, tenant_id=self.tenant))

    def entity_graph(self, conversation: str, **filters: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
        """A conversation's entities and links; merged entities are one.

        Parameters
        ----------
        conversation : str
        **filters
            ``min_confidence``, ``since``, ``until``, ``as_of``, ``known_at``, ``limit`` of
            `workbench.graph.reading.conversation.entity_graph`.

        Returns
        -------
        nodes : polars.DataFrame
            entity_id, name, entity_type (String), mentions (Int64), confidence (Float64), first_mentioned_at,
            last_mentioned_at (Datetime, UTC), merged_ids (List of String).
        links : polars.DataFrame
            from_entity_id, from_name, relationship_type, to_entity_id, to_name (String), mentions (Int64),
            confidence (Float64).
        """
        if self.off or not conversation:
            return empty("conversation_entities"), empty("conversation_links")
        from workbench.graph.reading.conversation import entity_graph

        found = self._read(lambda reader: entity_graph(reader, conversation, tenant_id=self.tenant, **filters))
        return found.entities, found.links

    def mentions(self, conversation: str) -> Answer:
        """What a conversation named, one row per mention, in order of time."""
        if self.off or not conversation:
            return Answer(empty("conversation_timeline"), {})
        from workbench.graph.reading.conversation import conversation_timeline

        return self._read(lambda reader: conversation_timeline(reader, conversation, tenant_id=self.tenant))

    def neighbourhood(self, entity: str, **filters: Any) -> Answer:
        """The entities within ``depth`` steps (1 to 5) of an entity."""
        if self.off:
            return Answer(empty("neighbours"), {})
        from workbench.graph.reading.neighbourhood import neighbourhood

        return self._read(lambda reader: neighbourhood(reader, entity, tenant_id=self.tenant, **filters))

    def path(self, entity: str, other: str, **filters: Any) -> Answer:
        """A shortest way from one entity to another, step by step."""
        if self.off:
            return Answer(empty("shortest_path"), {})
        from workbench.graph.reading.neighbourhood import shortest_path

        return self._read(lambda reader: shortest_path(reader, entity, other, tenant_id=self.tenant, **filters))

    def timeline(self, entity: str, **filters: Any) -> Answer:
        """Descriptions, deletions, mentions, links and merges of an entity, in order of valid time."""
        if self.off:
            return Answer(empty("entity_timeline"), {})
        from workbench.graph.reading.history import timeline

        return self._read(lambda reader: timeline(reader, entity, tenant_id=self.tenant, **filters))

    def as_of(
        self, entity: str, valid_at: datetime | None = None, *, known_at: datetime | None = None, **filters: Any
    ) -> State:
        """An entity and its links as they were at `valid_at`, as known at `known_at`."""
        if self.off:
            return State(empty("entity_as_of"), empty("entity_links"), {})
        from workbench.graph.reading.history import as_of

        times: dict[str, Any] = {"valid_at": valid_at, "known_at": known_at}
        return self._read(lambda reader: as_of(reader, entity, tenant_id=self.tenant, **times, **filters))

    def cooccurrence(self, entity: str, **filters: Any) -> Answer:
        """The entities that messages name together with an entity, most often first."""
        if self.off:
            return Answer(empty("co_occurring"), {})
        from workbench.graph.reading.ranking import co_occurring

        return self._read(lambda reader: co_occurring(reader, entity, tenant_id=self.tenant, **filters))

    def new_entities(self, since: datetime, until: datetime, **filters: Any) -> Answer:
        """The entities first spoken of in ``[since, until)``, the newest first."""
        if self.off:
            return Answer(empty("new_entities"), {})
        from workbench.graph.reading.ranking import new_entities

        window: dict[str, Any] = {"since": since, "until": until}
        return self._read(lambda reader: new_entities(reader, tenant_id=self.tenant, **window, **filters))

    def dossier(self, entity: str, *, limit: int = 100) -> Dossier:
        """Sessions, people and models that speak of an entity, its links, and what may be the same."""
        if self.off:
            who = EntityIds(entity, [entity], None, None, None)
            sessions, speakers, links = map(empty, ("entity_sessions", "entity_speakers", "entity_links"))
            return Dossier(who, empty("entity_as_of"), sessions, speakers, links, links, {})
        from workbench.graph.reading.dossier import dossier

        return self._read(lambda reader: dossier(reader, entity, tenant_id=self.tenant, limit=limit))

    def search(self, text: str, **filters: Any) -> Answer:
        """Entities whose name or alias has the words of a text, the best match first."""
        if self.off:
            return Answer(empty("search_entities"), {})
        from workbench.graph.reading.search import search_entities

        return self._read(lambda reader: search_entities(reader, text, tenant_id=self.tenant, **filters))

    def duplicates(self, *, min_score: float = 0.5, limit: int = 100) -> Answer:
        """Pairs of entities that are held to be the same and are not merged, the surest first."""
        if self.off:
            return Answer(empty("unresolved_duplicates"), {})
        from workbench.graph.reading.quality import unresolved_duplicates

        which: dict[str, Any] = {"tenant_id": self.tenant, "min_score": min_score, "limit": limit}
        return self._read(lambda reader: unresolved_duplicates(reader, **which))

    def statements(self, entity: str, *, limit: int = 200) -> Answer:
        """What each model said about an entity."""
        if self.off:
            return Answer(empty("provider_statements"), {})
        from workbench.graph.reading.quality import statements

        return self._read(lambda reader: statements(reader, entity, tenant_id=self.tenant, limit=limit))

    def disagreements(self, entity: str, *, limit: int = 200) -> Answer:
        """Where models contradict each other about an entity."""
        if self.off:
            return Answer(empty("provider_disagreements"), {})
        from workbench.graph.reading.quality import disagreements

        return self._read(lambda reader: disagreements(reader, entity, tenant_id=self.tenant, limit=limit))

    def counts(self) -> pl.DataFrame:
        """How much the graph holds, by label and type.

        Returns
        -------
        polars.DataFrame
            what, kind (String), count (Int64).
        """
        if self.off:
            return empty("graph_size")
        from workbench.graph.reading.ranking import graph_size

        return self._read(graph_size).frame
