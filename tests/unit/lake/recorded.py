"""Events as a worker would read them from Kafka, made small and by hand."""

import hashlib
from datetime import UTC, datetime, timedelta

from workbench.events.codec import claim_checked, decode_event, decode_payload, encode_event, make_event, stamped
from workbench.events.envelope import Event, PayloadRef
from workbench.events.payloads import EntityUpdate, LlmCall, Mention, Message, Payload, RawBody
from workbench.events.topics import EVENT_TYPES
from workbench.settings import Settings, load_settings
from workbench.stream.sink import Batch, Delivery, Positions, TopicPartition

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
TOPIC_ID = "k1"


def lake_settings(folder: object) -> Settings:
    return load_settings({}, WORKBENCH_HOME=str(folder), WORKBENCH_LAKE_URL=f"{folder}/lake")


def event_id(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def event(name: str, payload: Payload, number: int, *, conversation: str = "c1") -> Event:
    made = make_event(
        name,
        payload,
        event_id=event_id(number),
        occurred_at=START + timedelta(seconds=number),
        conversation_id=conversation,
        session_id="s1",
        user_id="u1",
    )
    return stamped(made, START + timedelta(days=1, microseconds=number))


def call(number: int, *, provider: str = "openai", body: bytes = b'{"q": 1}', **fields: object) -> Event:
    payload = LlmCall(
        provider=provider,
        model="m-1",
        request=RawBody.of(body),
        response=RawBody.of(body[::-1]),
        **{
            "call_id": f"call-{number}",
            "started_at": START + timedelta(seconds=number),
            "latency_ms": 12.5,
            "tokens_input": 10,
            "tokens_output": 5,
            "cost_usd": 0.25,
            **fields,
        },  # type: ignore[arg-type]
    )
    return event("llm.call.completed", payload, number)


def message(number: int, text: str = "hello") -> Event:
    return event("message.added", Message(role="user", text=text), number)


def entity(number: int) -> Event:
    mention = Mention(message_id="m", start=0, end=4, text="Rust", confidence=0.9, method="lexicon")
    payload = EntityUpdate(entity_id="technology:rust", entity_type="technology", name="Rust", mention=mention)
    return event("entity.created", payload, number)


def claimed(made: Event) -> tuple[Event, bytes]:
    """The event with its payload as a blob, and that blob."""
    body = bytes(made.payload)
    return claim_checked(made, PayloadRef(hashlib.sha256(body).hexdigest(), len(body))), body


def delivery(made: Event, offset: int, *, partition: int = 0, body: bytes | None = None) -> Delivery:
    value = encode_event(made)
    read = decode_event(value)
    topic = EVENT_TYPES[made.event_type].topic
    return Delivery(read, decode_payload(read, body), TopicPartition(topic, partition), offset, value)


def batch(deliveries: list[Delivery], expected: dict[TopicPartition, int] | int = 0) -> Batch:
    """Each topic partition moves from what is expected to just after its last delivery."""
    positions: dict[TopicPartition, Positions] = {}
    for one in deliveries:
        first = expected if isinstance(expected, int) else expected.get(one.topic_partition, 0)
        positions[one.topic_partition] = Positions(first, one.offset + 1, 0)
    return Batch(deliveries, positions)
