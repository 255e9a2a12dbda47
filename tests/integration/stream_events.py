"""Events, raw records and running workers for the stream tests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.integration.stream_store import FileSink
from workbench.events.codec import encode_event, make_event, stamped
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import Message
from workbench.events.topics import CONVERSATIONS
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.client import KafkaConsumer, KafkaProducer, KafkaTopicPartition, client_config
from workbench.stream.consume import run_worker

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def message(number: int, text: str = "hello", *, conversations: int = 7) -> Event:
    return make_event(
        "message.added",
        Message(role="user", text=text),
        event_id=event_id_of("stream test", str(number).encode()),
        occurred_at=NOON,
        conversation_id=f"c{number % conversations}",
        session_id="s",
        user_id="u",
        source_sequence=number,
    )


def value(number: int, text: str = "hello") -> bytes:
    return encode_event(stamped(message(number, text), NOON))


def produce(settings: Settings, values: list[bytes | None], topic: str = CONVERSATIONS) -> None:
    """Send bytes as they are, all to one partition in this order, past the outbox."""
    producer = KafkaProducer(**client_config(settings), max_request_size=2**21)
    futures = [producer.send(topic, value=one, key=b"k", partition=0) for one in values]
    producer.flush(30)
    assert all(future.succeeded() for future in futures), [future.exception for future in futures]
    producer.close()


def records(settings: Settings, topic: str = CONVERSATIONS) -> list[Any]:
    """Every record of a topic, each partition in its order."""
    consumer = KafkaConsumer(**client_config(settings), group_id=None, enable_auto_commit=False)
    places = [KafkaTopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    ends = consumer.end_offsets(places)
    found: dict[Any, list[Any]] = {place: [] for place in places}
    while any(consumer.position(place) < ends[place] for place in places):
        for place, batch in consumer.poll(timeout_ms=500).items():
            found[place].extend(batch)
    consumer.close()
    return [record for place in places for record in found[place]]


@contextmanager
def worker(sink: FileSink, settings: Settings, outbox: Outbox, **more: Any) -> Iterator[None]:
    """The worker loop in a thread of this process; what it raises is raised at the end."""
    stop, failures = threading.Event(), []

    def run() -> None:
        try:
            run_worker(sink, settings, outbox=outbox, stop=stop, **more)
        except BaseException as error:
            failures.append(error)
            raise

    thread = threading.Thread(target=run, name="worker under test")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
        assert not thread.is_alive(), "the worker does not stop"
        assert not failures
