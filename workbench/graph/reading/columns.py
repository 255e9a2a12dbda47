"""Columns of the frames that reads give, by the query file that they come from.

Pure: with the graph switched off, frames are empty and have the same columns.
"""

from collections.abc import Mapping

import polars as pl

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

_TIME = pl.Datetime("us", "UTC")
_TEXTS = pl.List(pl.String)
_TEXT, _COUNT, _NUMBER, _FLAG = pl.String, pl.Int64, pl.Float64, pl.Boolean
_ENTITY: Schema = {"entity_id": _TEXT, "name": _TEXT, "entity_type": _TEXT}

# fmt: off
COLUMNS: Mapping[str, Schema] = {
    "conversation_entities": {
        "entity_id": _TEXT, "name": _TEXT, "entity_type": _TEXT, "mentions": _COUNT,
        "confidence": _NUMBER, "first_mentioned_at": _TIME, "last_mentioned_at": _TIME, "merged_ids": _TEXTS,
    },
    "conversation_links": {
        "from_entity_id": _TEXT, "from_name": _TEXT, "relationship_type": _TEXT, "to_entity_id": _TEXT,
        "to_name": _TEXT, "mentions": _COUNT, "confidence": _NUMBER,
    },
    "conversation_timeline": {
        "occurred_at": _TIME, "message_id": _TEXT, "role": _TEXT, "model_id": _TEXT, "entity_id": _TEXT,
        "name": _TEXT, "entity_type": _TEXT, "start": _COUNT, "end": _COUNT, "text": _TEXT, "confidence": _NUMBER,
        "method": _TEXT, "excerpt": _TEXT,
    },
    "richest_conversation": {"conversation_id": _TEXT, "entities": _COUNT},
    "neighbours": {
        "depth": _COUNT, "entity_id": _TEXT, "name": _TEXT, "entity_type": _TEXT, "via_entity_id": _TEXT,
        "relationship_types": _TEXTS, "links": _COUNT, "confidence": _NUMBER, "mentions": _COUNT,
        "first_seen_at": _TIME, "last_seen_at": _TIME, "properties": _TEXT,
    },
    "shortest_path": {
        "step": _COUNT, "from_entity_id": _TEXT, "from_name": _TEXT, "relationship_type": _TEXT,
        "forward": _FLAG, "to_entity_id": _TEXT, "to_name": _TEXT, "confidence": _NUMBER,
        "message_id": _TEXT, "text": _TEXT,
    },
    "top_entities": {**_ENTITY, "mentions": _COUNT, "conversations": _COUNT},
    "most_linked": {**_ENTITY, "neighbours": _COUNT, "links": _COUNT},
    "co_occurring": {
        **_ENTITY, "messages_together": _COUNT, "conversations_together": _COUNT, "messages": _COUNT,
        "overlap": _NUMBER,
    },
    "new_entities": {**_ENTITY, "first_seen_at": _TIME, "mentions": _COUNT, "conversation_id": _TEXT},
    "graph_size": {"what": _TEXT, "kind": _TEXT, "count": _COUNT},
    "entity_timeline": {
        "valid_from": _TIME, "valid_to": _TIME, "kind": _TEXT, "entity_id": _TEXT, "relationship_type": _TEXT,
        "forward": _FLAG, "other_entity_id": _TEXT, "other_name": _TEXT, "text": _TEXT, "confidence": _NUMBER,
        "message_id": _TEXT, "event_id": _TEXT, "version": _COUNT, "recorded_at": _TIME, "superseded_at": _TIME,
    },
    "entity_as_of": {
        "entity_id": _TEXT, "state": _TEXT, "name": _TEXT, "entity_type": _TEXT, "aliases": _TEXTS,
        "properties": _TEXT, "version": _COUNT, "event_id": _TEXT, "valid_from": _TIME, "valid_to": _TIME,
        "recorded_at": _TIME, "superseded_at": _TIME, "mentions": _COUNT,
    },
    "entity_links": {
        "forward": _FLAG, "relationship_type": _TEXT, "other_entity_id": _TEXT, "other_name": _TEXT,
        "other_entity_type": _TEXT, "links": _COUNT, "confidence": _NUMBER, "valid_from": _TIME, "valid_to": _TIME,
        "message_id": _TEXT, "text": _TEXT, "properties": _TEXT,
    },
    "entity_sessions": {
        "session_id": _TEXT, "conversation_id": _TEXT, "user_ids": _TEXTS, "model_ids": _TEXTS, "messages": _COUNT,
        "mentions": _COUNT, "first_at": _TIME, "last_at": _TIME,
    },
    "entity_speakers": {
        "role": _TEXT, "provider_id": _TEXT, "model_id": _TEXT, "messages": _COUNT, "sessions": _COUNT,
        "confidence": _NUMBER,
    },
    "search_entities": {
        "entity_id": _TEXT, "name": _TEXT, "entity_type": _TEXT, "score": _NUMBER, "exact": _FLAG,
        "confidence": _NUMBER, "mentions": _COUNT, "first_seen_at": _TIME, "last_seen_at": _TIME, "aliases": _TEXTS,
        "properties": _TEXT,
    },
    "unresolved_duplicates": {
        "entity_id": _TEXT, "name": _TEXT, "entity_type": _TEXT, "other_entity_id": _TEXT,
        "other_name": _TEXT, "other_entity_type": _TEXT, "score": _NUMBER, "method": _TEXT,
        "properties": _TEXT,
    },
    "provider_statements": {
        "provider_id": _TEXT, "model_id": _TEXT, "forward": _FLAG, "relationship_type": _TEXT,
        "other_entity_id": _TEXT, "other_name": _TEXT, "other_entity_type": _TEXT, "times": _COUNT,
        "confidence": _NUMBER, "first_said_at": _TIME, "last_said_at": _TIME, "holds": _FLAG,
        "message_id": _TEXT, "text": _TEXT,
    },
    "provider_disagreements": {
        "kind": _TEXT, "relationship_type": _TEXT, "model_id": _TEXT, "other_model_id": _TEXT,
        "provider_id": _TEXT, "other_provider_id": _TEXT, "said_from_id": _TEXT, "said_from_name": _TEXT,
        "said_to_id": _TEXT, "said_to_name": _TEXT, "other_said_from_id": _TEXT,
        "other_said_from_name": _TEXT, "other_said_to_id": _TEXT, "other_said_to_name": _TEXT,
        "confidence": _NUMBER, "other_confidence": _NUMBER, "said_at": _TIME, "other_said_at": _TIME,
        "message_id": _TEXT, "other_message_id": _TEXT, "text": _TEXT, "other_text": _TEXT,
    },
}
# fmt: on
"""Query of ``queries/graph/read`` -> its columns; the query's header says what each means."""


def empty(query: str) -> pl.DataFrame:
    """No rows of a query.

    Examples
    --------
    >>> empty("graph_size").columns
    ['what', 'kind', 'count']
    """
    return pl.DataFrame(schema=dict(COLUMNS[query]))
