"""Read the graph: what conversations name, and how it is linked. Frames out."""

from typing import Any

import polars as pl
from neo4j.time import DateTime

from workbench.errors import UsageError
from workbench.graph.driver import open_driver, open_session, rows_of
from workbench.settings.schema import Settings

READ_TIMEOUT_S = 30.0
"""The server ends a read that takes longer: it would be one over the whole graph that nobody waits for."""

MOST_ENTITIES = 1_000
"""More rows than a person reads, and few enough to draw."""

_ENTITY = {"entity_id": pl.String, "name": pl.String, "entity_type": pl.String, "mentions": pl.Int64}
_TOP = {**_ENTITY, "conversations": pl.Int64}
_RICHEST = {"conversation_id": pl.String, "entities": pl.Int64}
_LINKS = {
    "from_entity_id": pl.String, "from_name": pl.String, "relationship_type": pl.String, "to_entity_id": pl.String,
    "to_name": pl.String, "mentions": pl.Int64, "confidence": pl.Float64,
}  # fmt: skip
_LINKED = {
    "entity_id": pl.String, "name": pl.String, "entity_type": pl.String, "neighbours": pl.Int64, "links": pl.Int64,
}  # fmt: skip
_TIMELINE = {
    "occurred_at": pl.Datetime("us", "UTC"), "message_id": pl.String, "role": pl.String, "model_id": pl.String,
    "entity_id": pl.String, "name": pl.String, "entity_type": pl.String, "start": pl.Int64, "end": pl.Int64,
    "confidence": pl.Float64,
}  # fmt: skip
_SIZE = {"what": pl.String, "kind": pl.String, "count": pl.Int64}


def _frame(settings: Settings, name: str, schema: dict[str, Any], **parameters: Any) -> pl.DataFrame:
    with open_driver(settings) as driver, open_session(driver, settings, f"read {name}") as session:
        rows = list(rows_of(session, f"read/{name}", timeout_s=READ_TIMEOUT_S, **parameters))
    plain = [{column: _plain(row[column]) for column in schema} for row in rows]
    return pl.DataFrame(plain, schema=schema)


def _plain(value: Any) -> Any:
    return value.to_native() if isinstance(value, DateTime) else value


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= MOST_ENTITIES:
        raise UsageError(f"limit is {limit}; give a number from 1 to {MOST_ENTITIES}")


def top_entities(settings: Settings, *, tenant_id: str = "default", limit: int = 20) -> pl.DataFrame:
    """The entities that messages name most often, the most mentioned first.

    Parameters
    ----------
    settings : Settings
    tenant_id : str
    limit : int
        Most rows, 1 to `MOST_ENTITIES`.

    Returns
    -------
    polars.DataFrame
        entity_id, name, entity_type (String), mentions, conversations (Int64).

    Raises
    ------
    UsageError
        When the limit is out of range.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    _check_limit(limit)
    return _frame(settings, "top_entities", _TOP, tenant_id=tenant_id, entity_limit=limit)


def most_linked(settings: Settings, *, tenant_id: str = "default", limit: int = 20) -> pl.DataFrame:
    """The entities that are linked to most others, the most linked first.

    Parameters
    ----------
    settings : Settings
    tenant_id : str
        Whose messages show the links.
    limit : int
        Most rows, 1 to `MOST_ENTITIES`.

    Returns
    -------
    polars.DataFrame
        entity_id, name, entity_type (String), neighbours (distinct entities), links (Int64).

    Raises
    ------
    UsageError
        When the limit is out of range.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    _check_limit(limit)
    return _frame(settings, "most_linked", _LINKED, tenant_id=tenant_id, entity_limit=limit)


def richest_conversation(settings: Settings, *, tenant_id: str = "default", min_confidence: float = 0.7) -> str:
    """Id of the conversation that names most different entities; empty when none names any.

    Parameters
    ----------
    settings : Settings
    tenant_id : str
    min_confidence : float
        Least confidence of a mention that counts, 0 to 1. A word that is only capitalised has less than 0.7.

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer.
    """
    found = _frame(settings, "richest_conversation", _RICHEST, tenant_id=tenant_id, min_confidence=min_confidence)
    return str(found["conversation_id"][0]) if len(found) else ""


def conversation_graph(
    settings: Settings, conversation_id: str, *, tenant_id: str = "default"
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A conversation's entity graph.

    Returns
    -------
    entities : polars.DataFrame
        entity_id, name, entity_type (String), mentions (Int64); the most mentioned first.
    links : polars.DataFrame
        from_entity_id, from_name, relationship_type, to_entity_id, to_name (String), mentions (Int64),
        confidence (Float64, null when no evidence has one); one row per ordered pair and type.

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer.
    """
    which = {"tenant_id": tenant_id, "conversation_id": conversation_id}
    return (
        _frame(settings, "conversation_entities", _ENTITY, **which),
        _frame(settings, "conversation_links", _LINKS, **which),
    )


def conversation_timeline(settings: Settings, conversation_id: str, *, tenant_id: str = "default") -> pl.DataFrame:
    """What a conversation named, one row per mention, in order of time.

    Returns
    -------
    polars.DataFrame
        occurred_at (Datetime, UTC), message_id, role, model_id (String, null for a person's message), entity_id, name,
        entity_type (String), start, end (Int64, characters), confidence (Float64, 0 to 1).

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer.
    """
    which = {"tenant_id": tenant_id, "conversation_id": conversation_id}
    return _frame(settings, "conversation_timeline", _TIMELINE, **which)


def graph_size(settings: Settings) -> pl.DataFrame:
    """How much the graph holds.

    Returns
    -------
    polars.DataFrame
        what (String: node or relationship), kind (String: label or type), count (Int64).

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer.
    """
    return _frame(settings, "graph_size", _SIZE)
