"""What reads give: frames, and how far in the stream the graph was when they were read. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from workbench.graph.reading.columns import COLUMNS

TopicPartitionKey = tuple[str, int]
"""Topic name and partition number."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows, and what they reflect.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns and dtypes as the function that gives it says.
    reflects : mapping
        Topic and partition -> first offset that the rows may lack: every record below it is in them. Read in
        the rows' own transaction, before them, so that records at and above it may be in them, too.
    """

    frame: pl.DataFrame
    reflects: Mapping[TopicPartitionKey, int]


@dataclass(frozen=True, slots=True)
class EntityIds:
    """One entity and all that stands for it.

    Parameters
    ----------
    canonical_id : str
        The id that merges end at.
    entity_ids : list of str
        All ids that are merged into it, and itself, in order.
    name, entity_type : str or None
        The current ones; None when only links name the entity.
    deleted_at : datetime or None
        Since when it is deleted, in valid time.
    """

    canonical_id: str
    entity_ids: list[str]
    name: str | None
    entity_type: str | None
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntityGraph:
    """A conversation's entities and links, read together.

    Parameters
    ----------
    entities : polars.DataFrame
        entity_id, name, entity_type (String), mentions (Int64), confidence (Float64, the surest mention's),
        first_mentioned_at, last_mentioned_at (Datetime, UTC), merged_ids (List of String); most mentioned first.
    links : polars.DataFrame
        from_entity_id, from_name, relationship_type, to_entity_id, to_name (String), mentions (Int64),
        confidence (Float64, null when no evidence has one); one row per ordered pair and type.
    reflects : mapping
        As `Answer.reflects`.
    """

    entities: pl.DataFrame
    links: pl.DataFrame
    reflects: Mapping[TopicPartitionKey, int]


@dataclass(frozen=True, slots=True)
class State:
    """An entity at a moment.

    Parameters
    ----------
    entity : polars.DataFrame
        One row: entity_id (String), state (String: described, mentioned, deleted or unknown at that moment), name,
        entity_type (String), aliases (List of String), properties (String, JSON), version (Int64), event_id (String),
        valid_from, valid_to, recorded_at, superseded_at (Datetime, UTC), mentions (Int64).
    links : polars.DataFrame
        One row per direction, type and other entity: forward (Boolean), relationship_type, other_entity_id, other_name,
        other_entity_type (String), links (Int64), confidence (Float64), valid_from, valid_to (Datetime, UTC),
        message_id, text (String, the surest one's evidence), properties (String, JSON).
    reflects : mapping
        As `Answer.reflects`.
    """

    entity: pl.DataFrame
    links: pl.DataFrame
    reflects: Mapping[TopicPartitionKey, int]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One entity.

    Parameters
    ----------
    who : EntityIds
        Its ids, name and type, and since when it is deleted.
    state : polars.DataFrame
        One row as `State.entity`, now.
    sessions : polars.DataFrame
        session_id, conversation_id (String), user_ids, model_ids (List of String), messages, mentions (Int64),
        first_at, last_at (Datetime, UTC); the latest first.
    speakers : polars.DataFrame
        role, provider_id, model_id (String, null for people), messages, sessions (Int64), confidence (Float64, mean).
    links : polars.DataFrame
        As `State.links`, now, without ``SAME_AS``.
    same_as : polars.DataFrame
        The ``SAME_AS`` links alone; confidence is the score, properties explain it.
    reflects : mapping
        As `Answer.reflects`.
    """

    who: EntityIds
    state: pl.DataFrame
    sessions: pl.DataFrame
    speakers: pl.DataFrame
    links: pl.DataFrame
    same_as: pl.DataFrame
    reflects: Mapping[TopicPartitionKey, int]


def plain(value: Any) -> Any:
    """A value of the driver as Python's own, also within lists and maps."""
    if hasattr(value, "to_native"):  # the driver's times
        return value.to_native()
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def frame_of(query: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Rows of a query as a frame of `workbench.graph.reading.columns.COLUMNS`; what that does not name is left out.

    Examples
    --------
    >>> frame_of("graph_size", [{"what": "node", "kind": "Entity", "count": 2, "more": 0}]).rows()
    [('node', 'Entity', 2)]
    """
    schema = COLUMNS[query]
    return pl.DataFrame([{column: row[column] for column in schema} for row in rows], schema=dict(schema))
