"""Replay of one conversation of 10,000 messages from Kafka, beside a bare poll loop over the same records.

Half of the partition's records are other conversations'. The replay decodes, filters, applies edits and counts tokens;
the anchor only polls, with the same fetch sizes and a client that is made anew as well.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

from benchmarks.figures import Figure
from workbench.events.codec import encode_event, make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import Message
from workbench.events.topics import CONVERSATIONS
from workbench.pipelines.history import MOST_RECORDS, History
from workbench.resilience.breakers import CircuitBreakers
from workbench.settings import Settings
from workbench.stream.admin import create_topics, delete_topics
from workbench.stream.client import KafkaConsumer, KafkaTopicPartition, client_config, partition_of_key
from workbench.stream.key_records import FETCH_BYTES, POLL_RECORDS
from workbench.stream.producer import open_producer

MESSAGES = 10_000
START = datetime(2026, 1, 1, tzinfo=UTC)
WANTED = "the long one"
ROUNDS = 5


def _messages(settings: Settings, partition: int, partitions: list[int]) -> Iterator[Event]:
    other = next(
        name for n in range(1_000) if partition_of_key((name := f"other {n}").encode(), partitions) == partition
    )
    for number in range(2 * MESSAGES):
        yield make_event(
            "message.added",
            Message(role="user" if number % 4 else "assistant", text=f"Message {number} about Kafka and its lag. " * 3),
            event_id=event_id_of("bench history", str(number).encode()),
            occurred_at=START + timedelta(seconds=number),
            conversation_id=other if number % 2 else WANTED,
            session_id="s",
            user_id="u",
        )


def _produce(settings: Settings) -> KafkaTopicPartition:
    delete_topics(settings, [CONVERSATIONS])
    create_topics(settings)
    producer = open_producer(settings)
    partitions = sorted(producer.partitions_for(CONVERSATIONS))
    place = partition_of_key(WANTED.encode(), partitions)
    for event in _messages(settings, place, partitions):
        producer.send(CONVERSATIONS, value=encode_event(event), key=event.conversation_id.encode())
    producer.flush()
    producer.close()
    return KafkaTopicPartition(CONVERSATIONS, place)


def _polled(settings: Settings, place: KafkaTopicPartition) -> float:
    started = time.perf_counter()
    consumer = KafkaConsumer(
        **client_config(settings),
        group_id=None,
        enable_auto_commit=False,
        fetch_max_wait_ms=50,
        fetch_max_bytes=FETCH_BYTES,
        max_partition_fetch_bytes=FETCH_BYTES,
        max_poll_records=POLL_RECORDS,
    )
    consumer.assign([place])
    end = consumer.end_offsets([place])[place]
    consumer.seek_to_beginning(place)
    count = 0
    while consumer.position(place) < end:
        count += sum(map(len, consumer.poll(timeout_ms=200).values()))
    seconds = time.perf_counter() - started
    consumer.close()
    assert count == 2 * MESSAGES
    return seconds


def run(settings: Settings, *, large: bool) -> list[Figure]:
    place = _produce(settings)
    whole, again, plain = [], [], []
    for _ in range(ROUNDS):
        plain.append(_polled(settings, place))
        breaker = CircuitBreakers(settings.breaker).of("kafka")
        with closing(History(settings, breaker=breaker, most_records=MOST_RECORDS)) as history:
            started = time.perf_counter()
            turns, complete = history.turns("default", conversation_id=WANTED)
            whole.append(time.perf_counter() - started)
            started = time.perf_counter()
            history.turns("default", conversation_id=WANTED)
            again.append(time.perf_counter() - started)
        assert complete
        assert [turn.sequence for turn in turns] == list(range(1, MESSAGES + 1))
    return [
        Figure(
            "replay of 10,000 messages from Kafka",
            statistics.median(whole),
            "s",
            "bare poll loop of the same partition",
            statistics.median(plain),
            note=f"least {min(whole):.2f} s",
        ),
        Figure("replay of 10,000 messages, in seconds", statistics.median(whole), "s", reach=1.0, lower_is_better=True),
        Figure("the next replay of the same conversation", statistics.median(again), "s"),
    ]
