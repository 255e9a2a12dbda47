"""Kafka's records to the lake: a worker process beside a bare poll loop over the same records, its stages apart."""

import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from benchmarks.figures import Figure
from benchmarks.worker_runs import Drained, drain
from workbench.events.codec import decode_event, decode_payload, encode_event, make_event, stamped
from workbench.events.payloads import LlmCall, Message, Payload, RawBody
from workbench.events.topics import EVENT_TYPES, TOPICS
from workbench.lake.rows import event_rows, payload_rows
from workbench.lake.schema import TABLES
from workbench.pipelines.lake_ingest import LakeSink
from workbench.settings import Settings
from workbench.stream.admin import create_topics, delete_topics, end_offsets, topic_ids
from workbench.stream.client import KafkaConsumer, KafkaProducer, KafkaTopicPartition, client_config
from workbench.stream.sink import Delivery, TopicPartition

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


def bare_rate(settings: Settings, ends: dict[TopicPartition, int]) -> float:
    """A bare kafka-python poll loop over everything."""
    count = sum(ends.values())
    consumer = KafkaConsumer(
        **client_config(settings), group_id=None, fetch_max_wait_ms=50, enable_auto_commit=False,
        auto_offset_reset="earliest",
    )  # fmt: skip
    consumer.assign([KafkaTopicPartition(*one) for one in ends])
    seen, began = 0, time.perf_counter()
    while seen < count:
        seen += sum(len(found) for found in consumer.poll(timeout_ms=1000, max_records=5_000).values())
    rate = count / (time.perf_counter() - began)
    consumer.close()
    return rate


def drained(settings: Settings, full: dict[TopicPartition, int], *, partitions: int) -> Drained:
    """A worker process fills an empty lake."""
    url = f"{settings.object_store.url}/bench-{uuid4().hex[:8]}"
    store = settings.object_store.model_copy(update={"url": url})
    look = LakeSink(settings.model_copy(update={"object_store": store}))
    topics = topic_ids(settings, {one.topic for one in full})
    wanted = {one: topics[one.topic] for one in full}
    done = drain(
        settings,
        "lake",
        "lake",
        processes=1,
        partitions=partitions,
        enough=int(0.85 * sum(full.values())),
        stored=lambda: sum(claim.next_offset for claim in look.claim(wanted).values()),
        servers=("kafka", "s3"),
        environment={"WORKBENCH_LAKE_URL": url},
    )
    look.close()
    return done


def _sample(count: int) -> list[Delivery]:
    found = []
    for number, (topic, value) in enumerate(records(count, "sample")):
        event = decode_event(value)
        found.append(Delivery(event, decode_payload(event), TopicPartition(topic, number % 3), number, value))
    return found


def run(settings: Settings, *, large: bool) -> list[Figure]:
    """Read the same records twice: bare, and by a lake worker into Delta tables on the object store."""
    count, rounds = (600_000, 3) if large else (300_000, 2)
    delete_topics(settings, [topic.name for topic in TOPICS])
    create_topics(settings)
    producer = KafkaProducer(**client_config(settings), linger_ms=20, batch_size=256 * 1024)
    for number, (topic, value) in enumerate(records(count, uuid4().hex)):
        producer.send(topic, value, partition=number % 3)
    producer.flush()
    producer.close()
    ends = dict(end_offsets(settings, LakeSink.topics))
    full = {one: end for one, end in ends.items() if end}

    bare, runs = [], []
    for _ in range(rounds):
        bare.append(bare_rate(settings, full))
        runs.append(drained(settings, full, partitions=len(ends)))
    best = min(runs, key=lambda run: -run.rate)

    sample = _sample(10_000)
    began = time.perf_counter()
    for one in sample:
        decode_payload(decode_event(one.value))
    decode_s = time.perf_counter() - began
    began = time.perf_counter()
    rows = event_rows(sample)
    for table in TABLES.values():
        if table.name != "events":
            payload_rows(table, sample, rows, indexes=range(len(sample)))
    arrow_s = time.perf_counter() - began
    return [
        Figure(
            "Kafka to lake",
            best.rate,
            "events/s",
            anchor="bare poll loop over the same records",
            anchor_value=max(bare),
            reach=REACH,
            note=f"{best.stages()}; cores: {best.cores()}",
        ),
        Figure("decode, envelope and payload", len(sample) / decode_s, "events/s"),
        Figure("Arrow rows", len(sample) / arrow_s, "events/s"),
    ]
