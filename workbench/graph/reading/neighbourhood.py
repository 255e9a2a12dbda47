"""What is near an entity, and the way from one to another."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from workbench.errors import UsageError
from workbench.graph.reading.answer import Answer, frame_of
from workbench.graph.reading.bounds import DEEPEST, MOST_LINKS, check_count, check_limit, check_ratio, times
from workbench.graph.reading.entities import known_entity
from workbench.graph.reading.reader import GraphReader, Reading


def _filters(relationship_types: Collection[str], min_confidence: float, at: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "relationship_types": [one.upper() for one in relationship_types],
        "min_confidence": check_ratio("min_confidence", min_confidence),
        **at,
    }


def neighbourhood(
    reader: GraphReader,
    entity_id: str,
    *,
    tenant_id: str = "default",
    depth: int = 1,
    entity_types: Collection[str] = (),
    relationship_types: Collection[str] = (),
    min_confidence: float = 0.0,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    limit: int = 200,
) -> Answer:
    """The entities within some steps of an entity, the nearest and surest first; merged ones are one.

    Each step starts from what the last one found, so the work grows with the entities found and never with the number
    of paths. An entity that a filter leaves out is not walked through either.

    Parameters
    ----------
    reader : GraphReader
    entity_id : str
        Any id of the entity, also a merged one.
    tenant_id : str
    depth : int
        Steps, 1 to `DEEPEST`.
    entity_types, relationship_types : collection of str
        What to find and to follow; empty for all.
    min_confidence : float
        Least confidence of a link to follow, 0 to 1.
    as_of, known_at : datetime, optional
        Valid time, and the time by which it was recorded; default: what holds and is known now.
    limit : int
        Most entities in all, 1 to `workbench.graph.reading.bounds.MOST_ENTITIES`.

    Returns
    -------
    Answer
        depth (Int64), entity_id, name, entity_type, via_entity_id (String, the entity one step nearer),
        relationship_types (List of String), links (Int64), confidence (Float64, the surest link's, null when none has
        one), mentions (Int64), first_seen_at, last_seen_at (Datetime, UTC, null when only links name it),
        properties (String, JSON).

    Raises
    ------
    UsageError
        When a parameter is out of range.
    NotFoundError
        When the graph has no such entity, or it is deleted and no other time is asked for.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    check_count("depth", depth, most=DEEPEST)
    check_limit(limit)
    at = times(as_of, known_at)
    filters = _filters(relationship_types, min_confidence, at)
    types = [one.lower() for one in entity_types]

    def work(reading: Reading) -> Answer:
        start = known_entity(reading, entity_id, tenant_id=tenant_id, at=at, deleted=False).canonical_id
        found: list[dict[str, Any]] = []
        frontier = [start]
        for step in range(1, depth + 1):
            rows = reading.rows(
                "neighbours",
                tenant_id=tenant_id,
                frontier=frontier,
                seen=[start, *(row["entity_id"] for row in found)],
                entity_types=types,
                link_limit=MOST_LINKS,
                entity_limit=limit - len(found),
                **filters,
            )
            found += [{"depth": step, **row} for row in rows]
            frontier = [row["entity_id"] for row in rows]
            if not frontier or len(found) >= limit:
                break
        return Answer(frame_of("neighbours", found), reading.reflects)

    return reader.read("read a neighbourhood", work)


def shortest_path(
    reader: GraphReader,
    from_entity_id: str,
    to_entity_id: str,
    *,
    tenant_id: str = "default",
    relationship_types: Collection[str] = (),
    min_confidence: float = 0.0,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> Answer:
    """A shortest way from one entity to another, in at most 8 steps; a merge is a step like a link.

    Parameters
    ----------
    reader : GraphReader
    from_entity_id, to_entity_id : str
    tenant_id : str
    relationship_types, min_confidence, as_of, known_at
        As `neighbourhood`.

    Returns
    -------
    Answer
        step (Int64, from 1), from_entity_id, from_name, relationship_type (String), forward (Boolean, whether the link
        points along the way), to_entity_id, to_name (String), confidence (Float64), message_id, text (String, the
        link's evidence; null for none). No rows when there is no such way.

    Raises
    ------
    UsageError
        When both ends are one, or a parameter is out of range.
    NotFoundError
        When the graph does not have one of the ends.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    if from_entity_id == to_entity_id:
        raise UsageError(f"both ends are {from_entity_id[:100]!r}; name two entities")
    at = times(as_of, known_at)
    filters = _filters(relationship_types, min_confidence, at)

    def work(reading: Reading) -> Answer:
        for one in (from_entity_id, to_entity_id):
            known_entity(reading, one, tenant_id=tenant_id, at=at)
        return reading.answer(
            "shortest_path",
            tenant_id=tenant_id,
            from_entity_id=from_entity_id,
            to_entity_id=to_entity_id,
            **filters,
        )

    return reader.read("find a path", work)
