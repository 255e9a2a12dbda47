"""An entity through time: what is known along valid time, and what was known at a moment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from workbench.graph.reading.answer import Answer, State
from workbench.graph.reading.bounds import check_limit, check_ratio, moment, times, window
from workbench.graph.reading.entities import answer_about, known_entity
from workbench.graph.reading.reader import GraphReader, Reading


def timeline(
    reader: GraphReader,
    entity_id: str,
    *,
    tenant_id: str = "default",
    since: datetime | None = None,
    until: datetime | None = None,
    known_at: datetime | None = None,
    left_out_types: Collection[str] = ("CO_OCCURS_WITH",),
    limit: int = 500,
) -> Answer:
    """Descriptions, deletions, mentions, links and merges of an entity, in order of valid time.

    Parameters
    ----------
    reader : GraphReader
    entity_id : str
        Any id of the entity, also a merged one.
    tenant_id : str
    since, until : datetime, optional
        Window of valid time, half-open.
    known_at : datetime, optional
        As it was known then; default: now.
    left_out_types : collection of str
        Types of links to leave out; by default co-occurrence, of which there is most.
    limit : int
        Most rows, 1 to `workbench.graph.reading.bounds.MOST_ENTITIES`.

    Returns
    -------
    Answer
        valid_from, valid_to (Datetime, UTC; valid_to null for open, and for a mention), kind (String: description,
        deletion, mention, link, merge), entity_id, relationship_type (String), forward (Boolean), other_entity_id,
        other_name, text (String), confidence (Float64), message_id, event_id (String), version (Int64), recorded_at,
        superseded_at (Datetime, UTC).

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
        "entity_timeline",
        doing="read an entity's timeline",
        tenant_id=tenant_id,
        known_at=moment("known_at", known_at),
        left_out_types=[one.upper() for one in left_out_types],
        row_limit=check_limit(limit),
        **window(since, until),
    )


def as_of(
    reader: GraphReader,
    entity_id: str,
    *,
    tenant_id: str = "default",
    valid_at: datetime | None = None,
    known_at: datetime | None = None,
    relationship_types: Collection[str] = (),
    min_confidence: float = 0.0,
    limit: int = 200,
) -> State:
    """An entity and its links as they were at a moment of valid time, as known at a moment of recorded time.

    Parameters
    ----------
    reader : GraphReader
    entity_id : str
        Any id of the entity; merges are taken as they were at that moment, too.
    tenant_id : str
    valid_at : datetime, optional
        When it is to have been so; default: what still holds.
    known_at : datetime, optional
        When it is to have been known; default: now.
    relationship_types : collection of str
        Types of links; empty for all.
    min_confidence : float
        Least confidence of a link, 0 to 1.
    limit : int
        Most links, 1 to `workbench.graph.reading.bounds.MOST_ENTITIES`.

    Raises
    ------
    UsageError
        When a parameter is out of range.
    NotFoundError
        When the graph has no such entity at any time.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    at = times(valid_at, known_at)
    filters: dict[str, Any] = {
        "relationship_types": [one.upper() for one in relationship_types],
        "min_confidence": check_ratio("min_confidence", min_confidence),
        "link_limit": check_limit(limit),
    }

    def work(reading: Reading) -> State:
        who = known_entity(reading, entity_id, tenant_id=tenant_id, at=at)
        which = {"tenant_id": tenant_id, "entity_ids": who.entity_ids, **at}
        state = reading.frame("entity_as_of", entity_id=who.canonical_id, **which)
        return State(state, reading.frame("entity_links", **which, **filters), reading.reflects)

    return reader.read("read an entity as of a moment", work)
