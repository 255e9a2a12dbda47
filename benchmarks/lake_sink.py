"""Kafka's records to the lake: the sink beside a bare poll loop over the same records, its stages apart."""

import hashlib
import itertools
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from kafka import KafkaConsumer, KafkaProducer
from kafka import TopicPartition as KafkaPartition

from benchmarks.figures import Figure
from workbench.events.codec import decode_event, decode_payload, encode_event, make_event, stamped
from workbench.events.payloads import LlmCall, Message, Payload, RawBody
from workbench.events.topics import CONVERSATIONS, EVENT_TYPES, LLM_RESPONSES
from workbench.lake.rows import event_rows, payload_rows
from workbench.lake.schema import TABLES
from workbench.pipelines.lake_ingest import BATCH_EVENTS, LakeSink
from workbench.settings import Settings
from workbench.stream.admin import create_topics, end_offsets, topic_ids
from workbench.stream.client import client_config
from workbench.stream.sink import Batch, Delivery, Positions, TopicPartition

START = datetime(2026, 3, 1, tzinfo=UTC)
REACH = 0.6


def _payload(number: int) -> tuple[str, Payload]:
    """Two messages, then one call with 800 bytes of bodies: what a chat makes."""
    if number % 3:
        return "message.added", Message(role="user", text=f"message {number} " + "lorem ipsum " * 20)
    body = b'{"messages": "' + b"lorem ipsum " * 30 + b'"}'
    return "llm.call.completed", LlmCall(
        call_id=f"call-{number}",
        provider=("openai", "anthropic", "google")[number % 9 // 3],
        model=f"model-{number % 12}",
        started_at=START + timedelta(milliseconds=number),
        latency_ms=100.0 + number % 1000,
        tokens_input=number % 500,
        tokens_output=number % 300,
        cost_usd=0.001,
        request=RawBody.of(body),
        response=RawBody.of(body[:400]),
        source="synthetic",
    )


def records(count: int, run: str) -> Iterator[tuple[str, bytes]]:
    """Topic and envelope of each event."""
    for number in range(count):
        name, payload = _payload(number)
        event = make_event(
            name,
            payload,
            event_id=hashlib.sha256(f"{run}{number}".encode()).hexdigest(),
            occurred_at=START + timedelta(milliseconds=number),
            conversation_id=f"c{number // 30}",
            session_id=f"s{number // 300}",
            user_id=f"u{number % 500}",
        )
        yield EVENT_TYPES[name].topic, encode_event(stamped(event, START + timedelta(milliseconds=number)))


def _consumer(settings: Settings, places: list[KafkaPartition]) -> KafkaConsumer:
    consumer = KafkaConsumer(**client_config(settings), group_id=None, fetch_max_wait_ms=50, enable_auto_commit=False)
    consumer.assign(places)
    return consumer


def _poll_all(consumer: KafkaConsumer, starts: dict[KafkaPartition, int], count: int) -> Iterator[list[object]]:
    for one, offset in starts.items():
        consumer.seek(one, offset)
    seen = 0
    while seen < count:
        found = [record for batch in consumer.poll(timeout_ms=1000, max_records=5_000).values() for record in batch]
        seen += len(found)
        yield found


def run(settings: Settings, *, large: bool) -> list[Figure]:
    """Consume the same records twice: bare, and into Delta tables on the object store."""
    count = 600_000 if large else 120_000
    create_topics(settings)
    starts = {KafkaPartition(*one): at for one, at in end_offsets(settings, (CONVERSATIONS, LLM_RESPONSES)).items()}
    consumer = _consumer(settings, list(starts))
    producer = KafkaProducer(**client_config(settings), linger_ms=20, batch_size=256 * 1024)
    for number, (topic, value) in enumerate(records(count, uuid4().hex)):
        producer.send(topic, value, partition=number % 3)
    producer.flush()
    producer.close()

    began = time.perf_counter()
    for _ in _poll_all(consumer, starts, count):
        pass
    bare_s = time.perf_counter() - began

    store = settings.object_store.model_copy(update={"url": f"{settings.object_store.url}/bench-{uuid4().hex[:8]}"})
    sink = LakeSink(settings.model_copy(update={"object_store": store}))
    ids = topic_ids(settings, sink.topics)
    sink.claim({TopicPartition(*one): ids[one.topic] for one in starts})
    spent = {"poll": 0.0, "decode": 0.0, "sink": 0.0}
    at = {TopicPartition(*one): offset for one, offset in starts.items()}
    for one in at:
        sink.write(Batch([], {one: Positions(0, at[one], 0)}))
    waiting: list[Delivery] = []
    polled = _poll_all(consumer, starts, count)
    began = mark = time.perf_counter()
    for found in itertools.chain(polled, [[]]):
        spent["poll"] += time.perf_counter() - mark
        mark = time.perf_counter()
        for record in found:
            event = decode_event(record.value)  # type: ignore[attr-defined]
            where = TopicPartition(record.topic, record.partition)  # type: ignore[attr-defined]
            waiting.append(Delivery(event, decode_payload(event), where, record.offset, record.value))  # type: ignore[attr-defined]
        spent["decode"] += time.perf_counter() - mark
        if len(waiting) >= BATCH_EVENTS or (not found and waiting):
            mark = time.perf_counter()
            ends = {one.topic_partition: one.offset + 1 for one in waiting}
            sink.write(Batch(waiting, {one: Positions(at[one], end, 0) for one, end in ends.items()}))
            at.update(ends)
            sample, waiting = waiting, []
            spent["sink"] += time.perf_counter() - mark
        mark = time.perf_counter()
    whole_s = time.perf_counter() - began
    consumer.close()

    began = time.perf_counter()
    rows = event_rows(sample)
    for table in TABLES.values():
        if table.name != "events":
            payload_rows(table, sample, rows, indexes=range(len(sample)))
    arrow_s = time.perf_counter() - began
    return [
        Figure(
            "Kafka to lake",
            count / whole_s,
            "events/s",
            anchor="bare poll loop over the same records",
            anchor_value=count / bare_s,
            reach=REACH,
            note=", ".join(f"{name} {seconds / whole_s:.0%}" for name, seconds in spent.items()),
        ),
        Figure("decode, envelope and payload", count / spent["decode"], "events/s"),
        Figure("sink: Arrow, Parquet, commits", count / spent["sink"], "events/s", note="target 60,000"),
        Figure("of it Arrow rows", len(sample) / arrow_s, "events/s"),
    ]
