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

_IDS = ("event_id", "tenant_id", "conversation_id", "session_id", "user_id")


@dataclass(slots=True)
class GraphRows:
    """Rows of one transaction, ready for their query files.

    `applied` notes the events that leave no fact with their own id; messages and mentions carry theirs.
    """

    messages: MessageRows = field(default_factory=MessageRows)
    entities: EntityRows = field(default_factory=EntityRows)
    relationships: RelationshipRows = field(default_factory=RelationshipRows)
    applied: list[Row] = field(default_factory=list)

    def note(self, event: Event, key: str | None = None) -> None:
        """Note an event as applied."""
        properties = {
            "event_type": event.event_type,
            "checksum": id_checksum(event.event_id),
            "relationship_key": key,
        }
        self.applied.append({"event_id": event.event_id, "properties": properties})


def _check_ids(event: Event, **ids: str) -> None:
    for what, value in ids.items():
        if len(value) > MAX_ID_CHARS:
            raise StoreRefusedError(
                f"event {event.event_id[:64]}: its {what} has {len(value)} characters; the graph takes {MAX_ID_CHARS}"
            )


def _valid_time(event: Event, valid_from: datetime | None) -> datetime:
    """When a fact became true: as given, else when it occurred."""
    if valid_from is None:
        return event.occurred_at
    try:
        return as_utc(valid_from)
    except (ValueError, OverflowError) as error:
        raise StoreRefusedError(f"event {event.event_id}: valid_from: {error}") from error


def description_key(rank: int, at: datetime, event_id: str) -> str:
    """Sorts descriptions of one thing: by rank, then valid time, then event id, the same for every writer.

    Examples
    --------
    >>> from datetime import UTC
    >>> description_key(1, datetime(2026, 1, 31, tzinfo=UTC), "ab")
    '1|2026-01-31T00:00:00.000000Z|ab'
    """
    return f"{rank}|{rfc3339(at)}|{event_id}"


def graph_rows(events: Iterable[tuple[Event, Payload]]) -> GraphRows:
    """Rows of events.

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
        for what in _IDS:
            if len(getattr(event, what)) > MAX_ID_CHARS:
                _check_ids(event, **{what: getattr(event, what)})
        if isinstance(payload, Message):
            rows.messages.add(event, payload)
        elif isinstance(payload, EntityUpdate):
            _add_entity(rows, event, payload)
        elif isinstance(payload, RelationshipUpdate):
            _add_relationship(rows, event, payload)
    return rows


def _add_entity(rows: GraphRows, event: Event, payload: EntityUpdate) -> None:
    _check_ids(event, entity_id=payload.entity_id)
    at = _valid_time(event, payload.valid_from)
    verb = event.event_type.rpartition(".")[2]
    if verb == "merged":
        if not payload.merged_into or payload.merged_into == payload.entity_id:
            raise StoreRefusedError(
                f"event {event.event_id} merges {payload.entity_id} into {payload.merged_into!r}; name another entity"
            )
        _check_ids(event, merged_into=payload.merged_into)
        rows.entities.merge(event, payload, payload.merged_into, at=at)
        rows.note(event)
    elif verb == "deleted":
        rows.entities.delete(payload, at=at)
        rows.note(event)
    else:
        key = description_key(int(verb == "updated"), at, event.event_id)
        rows.entities.describe(event, payload, at=at, key=key)
        if payload.mention is None:
            rows.note(event)
        else:
            _check_ids(event, message_id=payload.mention.message_id)
            rows.entities.mention(event, payload, payload.mention, at=at)


def _add_relationship(rows: GraphRows, event: Event, payload: RelationshipUpdate) -> None:
    _check_ids(
        event,
        relationship_id=payload.relationship_id,
        relationship_type=payload.relationship_type,
        from_entity_id=payload.from_entity_id,
        to_entity_id=payload.to_entity_id,
    )
    at = _valid_time(event, payload.valid_from)
    verb = event.event_type.rpartition(".")[2]
    rows.entities.linked.update((payload.from_entity_id, payload.to_entity_id))
    if verb == "deleted":
        rows.relationships.delete(payload, at=at)
    else:
        until = None if payload.valid_to is None else _valid_time(event, payload.valid_to)
        key = description_key(int(verb == "updated"), at, event.event_id)
        rows.relationships.describe(event, payload, at=at, until=until, key=key)
    rows.note(event, relationship_key(payload))
