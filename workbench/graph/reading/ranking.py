"""Entities in order: most named, most linked, most often together with one, newest; and how much there is."""

from collections.abc import Collection
from datetime import datetime

from workbench.graph.reading.answer import Answer
from workbench.graph.reading.bounds import MOST_MESSAGES, check_limit, check_ratio, window
from workbench.graph.reading.entities import answer_about
from workbench.graph.reading.reader import GraphReader


def top_entities(reader: GraphReader, *, tenant_id: str = "default", limit: int = 20) -> Answer:
    """The entities that messages name most often, the most mentioned first.

    Parameters
    ----------
    reader : GraphReader
    tenant_id : str
    limit : int
        Most rows, 1 to `workbench.graph.reading.bounds.MOST_ENTITIES`.

    Returns
    -------
    Answer
        entity_id, name, entity_type (String), mentions, conversations (Int64).

    Raises
    ------
    UsageError
        When the limit is out of range.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    which = {"tenant_id": tenant_id, "entity_limit": check_limit(limit)}
    return reader.read("rank entities", lambda reading: reading.answer("top_entities", **which))


def most_linked(reader: GraphReader, *, tenant_id: str = "default", limit: int = 20) -> Answer:
    """The entities that are linked to most others, the most linked first.

    Returns
    -------
    Answer
        entity_id, name, entity_type (String), neighbours (distinct entities), links (Int64).

    Raises
    ------
    UsageError
        When the limit is out of range.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    which = {"tenant_id": tenant_id, "entity_limit": check_limit(limit)}
    return reader.read("rank entities", lambda reading: reading.answer("most_linked", **which))


def co_occurring(
    reader: GraphReader,
    entity_id: str,
    *,
    tenant_id: str = "default",
    min_confidence: float = 0.0,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 20,
) -> Answer:
    """The entities that messages name together with an entity, most often first.

    Parameters
    ----------
    reader : GraphReader
    entity_id : str
    tenant_id : str
    min_confidence : float
        Least confidence of a mention that counts, 0 to 1.
    since, until : datetime, optional
        Window of event time, half-open.
    limit : int
        Most rows, 1 to `workbench.graph.reading.bounds.MOST_ENTITIES`.

    Returns
    -------
    Answer
        entity_id, name, entity_type (String), messages_together, conversations_together, messages (Int64, those that
        name the other entity), overlap (Float64, both by either, 0 to 1).

    Raises
    ------
    UsageError
        When a parameter is out of range.
    NotFoundError
        When the graph has no such entity.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    return answer_about(
        reader,
        entity_id,
        "co_occurring",
        doing="rank what is named together",
        tenant_id=tenant_id,
        min_confidence=check_ratio("min_confidence", min_confidence),
        message_limit=MOST_MESSAGES,
        entity_limit=check_limit(limit),
        **window(since, until),
    )


def new_entities(
    reader: GraphReader,
    *,
    since: datetime,
    until: datetime,
    tenant_id: str = "default",
    entity_types: Collection[str] = (),
    limit: int = 100,
) -> Answer:
    """The entities first spoken of in ``[since, until)`` of event time, the newest first.

    Returns
    -------
    Answer
        entity_id, name, entity_type (String), first_seen_at (Datetime, UTC), mentions (Int64), conversation_id (String,
        where it was named first; null when no message names it).

    Raises
    ------
    UsageError
        When a parameter is out of range.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    which = {
        "tenant_id": tenant_id,
        "entity_types": [one.lower() for one in entity_types],
        "entity_limit": check_limit(limit),
        **window(since, until),
    }
    return reader.read("list new entities", lambda reading: reading.answer("new_entities", **which))


def graph_size(reader: GraphReader) -> Answer:
    """How much the graph holds, of all tenants.

    Returns
    -------
    Answer
        what (String: node or relationship), kind (String: label or type), count (Int64).

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer.
    """
    return reader.read("count the graph", lambda reading: reading.answer("graph_size"))
