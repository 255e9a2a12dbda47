"""Rows of a case as events: messages, entity updates and links. Another store needs another module like this only."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.events.codec import decode_payload, make_event, stamped
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import EntityUpdate, Mention, Message, RelationshipUpdate
from workbench.graph import constraints
from workbench.pipelines.graph_ingest import graph_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch, Delivery, TopicPartition

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
"""Seconds of a case count from here."""

Row = dict[str, Any]


def message_id(name: str) -> str:
    """Id of the message of that name."""
    return event_id_of("case", f"message {name}".encode())


def _at(seconds: float | None) -> datetime | None:
    return None if seconds is None else NOON + timedelta(seconds=seconds)


def _made(event_type: str, payload: Any, identity: str, row: Row) -> Event:
    """The event of a row; what is left in the row is unknown and must not be."""
    happened = row.pop("at_s", 0)
    event = make_event(
        event_type,
        payload,
        event_id=event_id_of("case", identity.encode(errors="surrogatepass")),
        occurred_at=NOON + timedelta(seconds=happened),
        conversation_id=row.pop("conversation", "c"),
        session_id=row.pop("session", "s"),
        user_id=row.pop("user", "u"),
        tenant_id=row.pop("tenant", "default"),
    )
    event = stamped(event, NOON + timedelta(seconds=row.pop("known_s", happened)))
    assert not row, f"unknown fields of a given row: {sorted(row)}"
    return event


def _evidence(row: Row) -> Mention | None:
    where, start, text = row.pop("in", None), row.pop("start", 0), row.pop("text", "word")
    confidence, method = row.pop("confidence", 0.9), row.pop("method", "case")
    if where is None:
        return None
    return Mention(
        message_id=message_id(where),
        start=start,
        end=start + len(text),
        text=text,
        confidence=confidence,
        method=method,
    )


def event_of(given: Mapping[str, Any]) -> Event:
    """The event that a row of ``given.json`` describes; equal rows are one event."""
    row, identity = dict(given), str(sorted(given.items(), key=lambda item: item[0]))
    if "message" in row:
        name = row.pop("message")
        said = {field: row.pop(field) for field in ("provider", "model") if field in row}
        payload = Message(role=row.pop("role", "user"), text=f"text of {name}", **said)
        return _made("message.added", payload, f"message {name}", row)
    verb, evidence = row.pop("verb", "created"), _evidence(row)
    times = {field: _at(row.pop(f"{field}_s", None)) for field in ("valid_from", "valid_to")}
    properties = row.pop("properties", None)
    if "entity" in row:
        entity_id = row.pop("entity")
        update = EntityUpdate(
            entity_id=entity_id,
            entity_type=row.pop("type", "technology"),
            name=row.pop("name", entity_id),
            mention=evidence,
            merged_into=row.pop("into", None),
            aliases=row.pop("aliases", None),
            properties=properties,
            **times,
        )
        return _made(f"entity.{verb}", update, identity, row)
    source, target = row.pop("link")
    kind = row.pop("kind", "USES")
    link = RelationshipUpdate(
        relationship_id=row.pop("id", f"{source}>{kind}>{target}"),
        relationship_type=kind,
        from_entity_id=source,
        to_entity_id=target,
        evidence=evidence,
        properties=properties,
        **times,
    )
    return _made(f"relationship.{verb}", link, identity, row)


def deliveries(given: Sequence[Mapping[str, Any]], *, at: TopicPartition, first: int = 0) -> list[Delivery]:
    """Rows as a worker hands them on."""
    events = [event_of(one) for one in given]
    return [Delivery(one, decode_payload(one), at, first + number, b"") for number, one in enumerate(events)]


def fill(settings: Settings, given: Sequence[Mapping[str, Any]]) -> None:
    """Schema and rows into the graph, through the real sink, in one batch."""
    constraints.apply(settings)
    sink = graph_sink(settings)
    sink.write(Batch(deliveries(given, at=TopicPartition("case", 0))))
    sink.close()
