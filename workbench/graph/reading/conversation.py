"""What a conversation speaks of: its entities, their links, and when each was named."""

from datetime import datetime
from typing import Any

from workbench.graph.reading.answer import Answer, EntityGraph
from workbench.graph.reading.bounds import MOST_ENTITIES, check_limit, check_ratio, times, window
from workbench.graph.reading.reader import GraphReader, Reading

MOST_MENTIONS = 10_000
"""Rows of a conversation's timeline."""


def entity_graph(
    reader: GraphReader,
    conversation_id: str,
    *,
    tenant_id: str = "default",
    min_confidence: float = 0.0,
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    limit: int = MOST_ENTITIES,
) -> EntityGraph:
    """The full entity graph of a conversation; merged entities are one.

    Parameters
    ----------
    reader : GraphReader
    conversation_id : str
    tenant_id : str
    min_confidence : float
        Least confidence of mentions and links, 0 to 1.
    since, until : datetime, optional
        Window of event time, half-open.
    as_of : datetime, optional
        Valid time at which facts and merges are taken, and after which nothing was said yet; default: what holds now.
    known_at : datetime, optional
        As it was known then; default: now.
    limit : int
        Most entities, and most links, 1 to `MOST_ENTITIES`.

    Raises
    ------
    UsageError
        When a parameter is out of range.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    which: dict[str, Any] = {
        "tenant_id": tenant_id,
        "conversation_id": conversation_id,
        "min_confidence": check_ratio("min_confidence", min_confidence),
        **window(since, until),
        **times(as_of, known_at),
    }
    check_limit(limit)

    def work(reading: Reading) -> EntityGraph:
        entities = reading.frame("conversation_entities", entity_limit=limit, **which)
        links = reading.frame("conversation_links", link_limit=limit, **which)
        return EntityGraph(entities, links, reading.reflects)

    return reader.read("read a conversation's graph", work)


def conversation_timeline(
    reader: GraphReader, conversation_id: str, *, tenant_id: str = "default", limit: int = MOST_MENTIONS
) -> Answer:
    """What a conversation named, one row per mention, in order of time.

    Returns
    -------
    Answer
        occurred_at (Datetime, UTC), message_id, role, model_id (String, null for a person's message), entity_id, name,
        entity_type (String), start, end (Int64, characters), text (String, these), confidence (Float64, 0 to 1),
        method, excerpt (String, beginning of the message).

    Raises
    ------
    UsageError
        When the limit is out of range.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    check_limit(limit, most=MOST_MENTIONS)

    def work(reading: Reading) -> Answer:
        which = {"tenant_id": tenant_id, "conversation_id": conversation_id}
        return reading.answer("conversation_timeline", mention_limit=limit, **which)

    return reader.read("read a conversation's timeline", work)


def richest_conversation(reader: GraphReader, *, tenant_id: str = "default", min_confidence: float = 0.7) -> str:
    """Id of the conversation that names most different entities; empty when none names any.

    Parameters
    ----------
    reader : GraphReader
    tenant_id : str
    min_confidence : float
        Least confidence of a mention that counts, 0 to 1. A word that is only capitalised has less than 0.7.

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer.
    """
    which = {"tenant_id": tenant_id, "min_confidence": check_ratio("min_confidence", min_confidence)}
    found = reader.read("choose a conversation", lambda reading: reading.frame("richest_conversation", **which))
    return str(found["conversation_id"][0]) if len(found) else ""
