"""Outbox, relay and consuming, beside the bare driver on the same records in the same run."""

import tempfile
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.figures import Figure
from workbench.events.codec import decode_event, decode_payload
from workbench.events.envelope import Event
from workbench.events.redaction import Redactor
from workbench.events.topics import LLM_RESPONSES, TOPICS
from workbench.pipelines.publish import open_publisher
from workbench.pipelines.redact import redacted
from workbench.settings import Settings
from workbench.sources import chitchat
from workbench.sources.traffic import synthetic_calls
from workbench.stream.admin import create_topics, delete_topics
from workbench.stream.client import KafkaConsumer, KafkaProducer, KafkaTopicPartition, client_config


def _bare_produce(settings: Settings, bodies: list[bytes]) -> float:
    producer = KafkaProducer(
        **client_config(settings), acks="all", linger_ms=20, batch_size=256 * 1024, compression_type="lz4"
    )
    started = time.perf_counter()
    for number, body in enumerate(bodies):
        producer.send(LLM_RESPONSES, value=body, key=str(number % 5000).encode())
    producer.flush()
    seconds = time.perf_counter() - started
    producer.close()
    return len(bodies) / seconds


def _consume(settings: Settings, count: int, *, decode: bool) -> float:
    consumer = KafkaConsumer(
        **client_config(settings), group_id=None, auto_offset_reset="earliest", fetch_max_wait_ms=50
    )
    consumer.assign([KafkaTopicPartition(LLM_RESPONSES, number) for number in range(3)])
    seen, started = 0, time.perf_counter()
    while seen < count:
        for records in consumer.poll(timeout_ms=1000, max_records=5000).values():
            seen += len(records)
            if decode:
                for record in records:
                    decode_payload(decode_event(record.value))
    seconds = time.perf_counter() - started
    consumer.close()
    return seen / seconds


def _redact(count: int) -> float:
    with chitchat.packaged_file().open("rb") as stream:
        events = [one for one in islice(chitchat.read(stream), count) if isinstance(one, Event)]
    redactor = Redactor("mask")
    started = time.perf_counter()
    for event in events:
        redacted(event, redactor)
    return len(events) / (time.perf_counter() - started)


def run(settings: Settings, *, large: bool) -> list[Figure]:
    count = 200_000 if large else 50_000
    delete_topics(settings, [topic.name for topic in TOPICS])
    create_topics(settings)
    events = list(synthetic_calls(count, seed=11, until=datetime.now(UTC)))
    # an outbox of its own: the topics are emptied before any store has taken what is measured here
    own = settings.model_copy(update={"home": Path(tempfile.mkdtemp(dir=settings.home))})
    publisher = open_publisher(own)
    started = time.perf_counter()
    for at in range(0, count, 2_000):
        publisher.publish(events[at : at + 2_000])
    appended = count / (time.perf_counter() - started)
    assert publisher.flush(600)
    relayed = count / (time.perf_counter() - started)
    publisher.close()
    decoded = _consume(settings, count, decode=True)
    bare_consumed = _consume(settings, count, decode=False)
    delete_topics(settings, [LLM_RESPONSES])
    create_topics(settings)
    bare_produced = _bare_produce(settings, [bytes(event.payload) for event in events])
    bare = "bare kafka-python producer"
    return [
        Figure("outbox append", appended, "events/s"),
        Figure(
            "outbox to Kafka, acknowledged", relayed, "events/s", bare, bare_produced, note="append and relay at once"
        ),
        Figure("redaction of messages", _redact(count), "events/s", reach=20_000),
        Figure("consume and decode", decoded, "events/s", "bare kafka-python poll loop", bare_consumed),
    ]
