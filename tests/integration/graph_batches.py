"""Events, batches and plain reads for the tests of the graph."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from workbench.events.codec import decode_payload, make_event, stamped
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import EntityUpdate, Mention, Message, RelationshipUpdate
from workbench.events.topics import CONVERSATIONS
from workbench.graph.driver import open_driver
from workbench.pipelines.graph_ingest import GraphSink
from workbench.settings import Settings
from workbench.stream.sink import Batch, Claim, Delivery, Positions, TopicPartition

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
TALK = TopicPartition(CONVERSATIONS, 0)


def _event(name: str, payload: Any, identity: str, at_s: float, conversation_id: str, tenant_id: str) -> Event:
    return make_event(
        name,
        payload,
        event_id=event_id_of("test", identity.encode(errors="surrogatepass")),
        occurred_at=NOON + timedelta(seconds=at_s),
        conversation_id=conversation_id,
        session_id="s",
        user_id="u",
        tenant_id=tenant_id,
    )


def message_id(name: str) -> str:
    """Id of the message of that name."""
    return event_id_of("test", f"message {name}".encode())


def message(
    name: str, *, at_s: float = 0, conversation: str = "c", tenant: str = "default", text: str = "text", **more: Any
) -> Event:
    """A message; its id follows from its name."""
    payload = Message(role="user", text=text, **more)
    return _event("message.added", payload, f"message {name}", at_s, conversation, tenant)


def span(message_name: str, text: str = "word", start: int = 0, confidence: float = 0.9) -> Mention:
    """Where the message of that name says the text."""
    return Mention(
        message_id=message_id(message_name),
        start=start,
        end=start + len(text),
        text=text,
        confidence=confidence,
        method="test",
    )


def known(event: Event, known_s: float) -> Event:
    """The event as the outbox took it in so many seconds after noon; without, transaction time is event time."""
    return stamped(event, NOON + timedelta(seconds=known_s))


def entity(
    entity_id: str,
    verb: str = "created",
    *,
    at_s: float = 0,
    mention: Mention | None = None,
    tag: str = "",
    tenant: str = "default",
    **more: Any,
) -> Event:
    """A fact about an entity; its id follows from everything that is given, `tag` tells equal ones apart."""
    payload = EntityUpdate(
        **({"entity_id": entity_id, "entity_type": "technology", "name": entity_id} | more), mention=mention
    )
    return _event(f"entity.{verb}", payload, f"{verb} {at_s} {payload} {tag} {tenant}", at_s, "c", tenant)


def link(
    source: str,
    target: str,
    verb: str = "created",
    *,
    at_s: float = 0,
    kind: str = "USES",
    tag: str = "",
    tenant: str = "default",
    **more: Any,
) -> Event:
    """A relationship `source` -> `target`; one id per pair and kind unless one is given."""
    payload = RelationshipUpdate(
        **({"relationship_id": f"{source}>{kind}>{target}"} | more),
        relationship_type=kind,
        from_entity_id=source,
        to_entity_id=target,
    )
    return _event(f"relationship.{verb}", payload, f"{verb} {at_s} {payload} {tag} {tenant}", at_s, "c", tenant)


def deliveries(events: Sequence[Event], *, at: TopicPartition = TALK, first: int = 0) -> list[Delivery]:
    """The events as a worker hands them on."""
    return [Delivery(one, decode_payload(one), at, first + n, b"") for n, one in enumerate(events)]


def batch(events: Sequence[Event], claim: Claim, *, at: TopicPartition = TALK, expected: int | None = None) -> Batch:
    """One batch that moves one topic partition by the number of its events."""
    start = claim.next_offset if expected is None else expected
    moved = {at: Positions(start, start + len(events), claim.epoch)}
    return Batch(deliveries(events, at=at, first=start), moved)


def claimed(sink: GraphSink, *, at: TopicPartition = TALK, topic_id: str = "first") -> Claim:
    """The claim of one topic partition."""
    return sink.claim({at: topic_id})[at]


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """What a query of the test itself gives."""
    with open_driver(settings) as driver, driver.session(database=settings.neo4j.database) as session:
        return [tuple(record.values()) for record in session.run(query)]  # type: ignore[arg-type]
