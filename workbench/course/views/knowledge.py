"""The knowledge graph as notebook 3 tells it: one conversation, its evidence, its neighbourhood, its history.

Each read takes the notebook's window, least confidence and moment, and gives what one figure takes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from workbench.course.views.context import ContextView
from workbench.course.views.graph import GraphView
from workbench.course.views.wording import because, message_of, stands, statements_of, with_facts
from workbench.graph.reading.columns import empty
from workbench.reports.dossier import Dossier
from workbench.reports.evidence import MarkedText
from workbench.reports.moments import Moment, spread_moments

MOMENTS = 12
"""Stops of the slider in a report: each is an as-of read of two queries, some ten milliseconds."""

STOPS = 60
"""Stops of the slider in JupyterLab, where a moment is read when it is chosen."""


@dataclass(frozen=True, slots=True)
class KnowledgeView:
    """Reads of one conversation's part of the graph.

    Parameters
    ----------
    graph : GraphView
    context : ContextView
        Has the messages' whole text; without it the evidence is shown in a message's first characters.
    since, until : datetime or None
        Window of event time, half-open; None for no bound.
    min_confidence : float
        0 to 1.
    as_of : datetime or None
        Moment of valid time; None for now.
    depth : int
        Steps of a neighbourhood, 1 to 5.
    """

    graph: GraphView
    context: ContextView
    since: datetime | None = None
    until: datetime | None = None
    min_confidence: float = 0.0
    as_of: datetime | None = None
    depth: int = 1

    @property
    def off(self) -> str:
        """Why there is nothing, when the knowledge graph is switched off; else empty."""
        return self.graph.off

    def _within(self) -> dict[str, Any]:
        return {"since": self.since, "until": self.until, "min_confidence": self.min_confidence}

    def entity_graph(self, conversation: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """A conversation's entities and links in the window, as of the moment; as `GraphView.entity_graph`."""
        return self.graph.entity_graph(conversation, as_of=self.as_of, **self._within())

    def mentions(self, conversation: str) -> pl.DataFrame:
        """What the conversation named in the window, sure enough; columns as `GraphView.mentions`."""
        found = self.graph.mentions(conversation).frame.filter(pl.col("confidence") >= self.min_confidence)
        if self.since is not None:
            found = found.filter(pl.col("occurred_at") >= self.since)
        return found if self.until is None else found.filter(pl.col("occurred_at") < self.until)

    def misplaced(self, conversation: str) -> pl.DataFrame:
        """Mentions whose words do not stand in their message where they should; none when all is well."""
        mentions = self.mentions(conversation)
        texts = dict(mentions.select("message_id", "excerpt").iter_rows()) | self._texts(conversation)
        wrong = [
            not stands(one["text"], texts.get(one["message_id"]) or "", one["start"], one["end"])
            for one in mentions.iter_rows(named=True)
        ]
        return mentions.filter(pl.Series(wrong, dtype=pl.Boolean))

    def evidence(self, conversation: str) -> MarkedText:
        """The message of the conversation that names most, with what it names marked."""
        mentions = self.mentions(conversation)
        if mentions.is_empty():
            return MarkedText(self.off or "No message of this conversation names an entity", "", mentions)
        return message_of(mentions, self._texts(conversation))

    def _texts(self, conversation: str) -> dict[str, str]:
        """Message id -> its whole text, as far as the context store has it."""
        if self.context.off:
            return {}
        from workbench.database.frames import conversation_turns

        found = conversation_turns(self.graph.settings, conversation_id=conversation, tenant_id=self.graph.tenant)
        return dict(found.select("event_id", "text").iter_rows())

    def dossier(self, conversation: str) -> Callable[[str], Dossier]:
        """Entity id -> its dossier, with what this conversation says of it."""
        mentions = self.mentions(conversation)

        def read(entity_id: str) -> Dossier:
            found = self.graph.dossier(entity_id)
            who = found.who
            here = mentions.filter(pl.col("entity_id").is_in([entity_id, *who.entity_ids]))
            links = pl.concat([found.same_as, found.links])
            return Dossier(who.name or entity_id, who.entity_type or "", here, links, found.sessions)

        return read

    def centre(self, nodes: pl.DataFrame, links: pl.DataFrame) -> tuple[str, str]:
        """Id and name of the conversation's entity with most links, then most mentions; empty when there is none."""
        if nodes.is_empty():
            return "", ""
        ends = pl.concat([links["from_entity_id"], links["to_entity_id"]]).alias("entity_id").value_counts(name="links")
        ranked = nodes.join(ends, on="entity_id", how="left").with_columns(pl.col("links").fill_null(0))
        best = ranked.sort("links", "mentions", "entity_id", descending=[True, True, False])
        return str(best["entity_id"][0]), str(best["name"][0])

    def neighbourhood(self, entity: str) -> pl.DataFrame:
        """What is near an entity, within `depth` steps; columns as `GraphView.neighbourhood`."""
        if not entity:
            return empty("neighbours")
        which: dict[str, Any] = {"depth": self.depth, "min_confidence": self.min_confidence, "as_of": self.as_of}
        return self.graph.neighbourhood(entity, **which).frame

    def moment(self, conversation: str, at: datetime) -> Moment:
        """What held at a moment."""
        return self._at(conversation, [at])[0]

    def _at(self, conversation: str, times: list[datetime]) -> list[Moment]:
        if self.off or not times:
            return []
        from workbench.graph.reading.conversation import entity_graph
        from workbench.graph.reading.reader import GraphReader

        which: dict[str, Any] = {"tenant_id": self.graph.tenant, **self._within()}
        with GraphReader(self.graph.settings) as reader:
            found = [entity_graph(reader, conversation, as_of=at, **which) for at in times]
        return [Moment(at, one.entities, one.links) for at, one in zip(times, found, strict=True)]

    def times(self, conversation: str, count: int = STOPS) -> list[datetime]:
        """Moments at which the conversation named something."""
        return spread_moments(self.mentions(conversation)["occurred_at"], count)

    def moments(self, conversation: str, count: int = MOMENTS) -> list[Moment]:
        """What held at these moments."""
        return self._at(conversation, self.times(conversation, count))

    def history(self, entity: str) -> pl.DataFrame:
        """What was said of an entity along valid time; as `GraphView.timeline`, and ``fact``: what a row is about."""
        if not entity:
            return with_facts(empty("entity_timeline"))
        return with_facts(self.graph.timeline(entity, since=self.since, until=self.until).frame)

    @property
    def link_score(self) -> float:
        """Score from which the linker says that two names are one thing."""
        from workbench.linking.weights import LINK_SCORE

        return LINK_SCORE

    def same_things(self) -> pl.DataFrame:
        """Pairs that are held to be the same, with ``because`` (String); as `GraphView.duplicates`."""
        found = self.graph.duplicates(min_score=self.min_confidence).frame
        reasons = [because(one) for one in found["properties"]]
        return found.drop("properties").with_columns(because=pl.Series(reasons, dtype=pl.String))

    def statements(self, entity: str, name: str) -> pl.DataFrame:
        """What models said about an entity: model_id, statement, times, holds, disputed, text."""
        if not entity:
            return statements_of(empty("provider_statements"), empty("provider_disagreements"), name)
        said, disputed = self.graph.statements(entity).frame, self.graph.disagreements(entity).frame
        return statements_of(said, disputed, name)

    def most_said(self, nodes: pl.DataFrame, *, look_at: int = 8) -> tuple[str, str]:
        """Id and name of that of the most mentioned entities about which models said most; the first when none did."""
        best, most = ("", ""), -1
        for entity, name in nodes.select("entity_id", "name").head(look_at).iter_rows():
            said = self.graph.statements(entity).frame.height
            if said > most:
                best, most = (str(entity), str(name)), said
        return best
