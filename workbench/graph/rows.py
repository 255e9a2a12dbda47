"""Events to the rows of one transaction. Pure: no order of events, no repetition and no grouping changes the graph.

Every property is one of: fixed by the id (a message has one event), a minimum or maximum, or the property of the
newest description, where *newest* is decided by a key that all writers compute alike. Nothing is counted up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.clock import as_utc, rfc3339
from workbench.errors import StoreRefusedError
from workbench.events.envelope import Event
from workbench.events.payloads import EntityUpdate, Message, Payload, RelationshipUpdate
from workbench.events.tally import id_checksum
from workbench.graph.entity_rows import EntityRows
from workbench.graph.message_rows import MessageRows
from workbench.graph.relationship_rows import RelationshipRows, relationship_key

MAX_ID_CHARS = 1_000
"""Longest id: two of them, four bytes a character, are a key; Neo4j's index takes 8,167 bytes."""

Row = dict[str, Any]


@dataclass(slots=True)
class GraphRows:
    """Rows of one transaction, each list ready for its query file."""

    messages: MessageRows = field(default_factory=MessageRows)
    entities: EntityRows = field(default_factory=EntityRows)
    relationships: RelationshipRows = field(default_factory=RelationshipRows)
    applied: list[Row] = field(default_factory=list)


def check_id(value: str, what: str, event: Event) -> None:
    """Refuse an id that no index can hold.

    Raises
    ------
    StoreRefusedError
        When it is longer than `MAX_ID_CHARS`.
    """
    if len(value) > MAX_ID_CHARS:
        raise StoreRefusedError(
            f"event {event.event_id}: its {what} has {len(value)} characters; the graph takes {MAX_ID_CHARS}"
        )


def valid_time(event: Event, valid_from: datetime | None) -> datetime:
    """When a fact became true: as given, else when it occurred.

    Raises
    ------
    StoreRefusedError
        When it was given without a zone, or lies outside the calendar in UTC.
    """
    if valid_from is None:
        return event.occurred_at
    try:
        return as_utc(valid_from)
    except (ValueError, OverflowError) as error:
        raise StoreRefusedError(f"event {event.event_id}: valid_from: {error}") from error


def description_key(rank: int, at: datetime, event: Event) -> str:
    """Sorts descriptions of one thing: by rank, then valid time, then event id, the same for every writer."""
    return f"{rank}|{rfc3339(at)}|{event.event_id}"


def graph_rows(events: Iterable[tuple[Event, Payload]]) -> GraphRows:
    """Rows of distinct events that the graph does not have yet.

    Parameters
    ----------
    events : iterable of (Event, Payload)
        Each `event_id` once. Types that the graph does not keep are left out.

    Raises
    ------
    StoreRefusedError
        For content that the graph cannot hold.
    """
    rows = GraphRows()
    for event, payload in events:
        applied: Row = {
            "event_id": event.event_id,
            "event_type": event.event_type,
            "checksum": id_checksum(event.event_id),
        }
        for what in ("event_id", "tenant_id", "conversation_id", "session_id", "user_id"):
            check_id(getattr(event, what), what, event)
        if isinstance(payload, Message):
            rows.messages.add(event, payload)
        elif isinstance(payload, EntityUpdate):
            _add_entity(rows, event, payload)
        elif isinstance(payload, RelationshipUpdate):
            applied["relationship_key"] = _add_relationship(rows, event, payload)
        else:
            continue
        rows.applied.append(applied)
    return rows


def _add_entity(rows: GraphRows, event: Event, payload: EntityUpdate) -> None:
    check_id(payload.entity_id, "entity_id", event)
    at = valid_time(event, payload.valid_from)
    verb = event.event_type.rpartition(".")[2]
    if verb == "merged":
        if not payload.merged_into or payload.merged_into == payload.entity_id:
            raise StoreRefusedError(
                f"event {event.event_id} merges {payload.entity_id} into {payload.merged_into!r}; name another entity"
            )
        check_id(payload.merged_into, "merged_into", event)
        rows.entities.merge(event, payload, payload.merged_into, at=at)
    elif verb == "deleted":
        rows.entities.delete(payload, at=at)
    else:
        rows.entities.describe(event, payload, at=at, key=description_key(int(verb == "updated"), at, event))
        if payload.mention is not None:
            check_id(payload.mention.message_id, "message_id", event)
            rows.entities.mention(event, payload, payload.mention, at=at)


def _add_relationship(rows: GraphRows, event: Event, payload: RelationshipUpdate) -> str:
    for what in ("relationship_id", "relationship_type", "from_entity_id", "to_entity_id"):
        check_id(getattr(payload, what), what, event)
    at = valid_time(event, payload.valid_from)
    verb = event.event_type.rpartition(".")[2]
    rows.entities.ensure(payload.from_entity_id)
    rows.entities.ensure(payload.to_entity_id)
    if verb == "deleted":
        rows.relationships.delete(payload, at=at)
    else:
        until = None if payload.valid_to is None else valid_time(event, payload.valid_to)
        key = description_key(int(verb == "updated"), at, event)
        rows.relationships.describe(event, payload, at=at, until=until, key=key)
    return relationship_key(payload)
