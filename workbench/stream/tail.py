"""Read the end of topics: what Kafka holds beyond given offsets, without joining a group."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from workbench.errors import StoreUnavailableError
from workbench.settings import Settings
from workbench.stream.admin import end_offsets
from workbench.stream.client import KafkaConsumer, KafkaTopicPartition, client_config, kafka_words
from workbench.stream.sink import TopicPartition

POLL_MS = 1_000
SILENT_POLLS = 10
"""So many empty polls in a row, and the broker is not giving what it says it has."""


class _Identity(msgspec.Struct):
    event_id: str
    event_type: str


_decoder = msgspec.json.Decoder(_Identity)


class TailRecord(NamedTuple):
    """One record: where it stands, and its bytes."""

    place: TopicPartition
    offset: int
    value: bytes


def tail_ids(settings: Settings, topics: Iterable[str], starts: Mapping[TopicPartition, int]) -> dict[str, set[str]]:
    """Event type -> ids of the events from given offsets up to the end as it is now.

    Parameters
    ----------
    settings, topics, starts
        As `read_tail`.

    Raises
    ------
    StoreUnavailableError, StoreError
        When Kafka cannot be asked, or stops giving records.
    """
    found: dict[str, set[str]] = {}
    for record in read_tail(settings, topics, starts):
        try:
            identity = _decoder.decode(record.value)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # no event of ours: the hop that reads it makes it a dead letter
        found.setdefault(identity.event_type, set()).add(identity.event_id)
    return found


def read_tail(settings: Settings, topics: Iterable[str], starts: Mapping[TopicPartition, int]) -> Iterator[TailRecord]:
    """The records from given offsets up to the end as it is now, in order within each topic partition.

    Parameters
    ----------
    settings : Settings
    topics : iterable of str
    starts : mapping
        Topic partition -> first offset to read; one that is left out, or lies beyond the end (a topic
        created anew), is read from its beginning.

    Raises
    ------
    StoreUnavailableError, StoreError
        When Kafka cannot be asked, or stops giving records.
    """
    ends = end_offsets(settings, topics)
    wanted = {one: end for one, end in ends.items() if end > _start(starts, one, end)}
    if not wanted:
        return
    with kafka_words(settings, "read the end of its topics"):
        consumer = KafkaConsumer(
            **client_config(settings), group_id=None, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        try:
            places = {KafkaTopicPartition(*one): one for one in wanted}
            consumer.assign(list(places))
            for place, one in places.items():
                consumer.seek(place, _start(starts, one, wanted[one]))
            yield from _read(consumer, places, wanted)
        finally:
            consumer.close()


def _start(starts: Mapping[TopicPartition, int], one: TopicPartition, end: int) -> int:
    start = starts.get(one, 0)
    return start if start <= end else 0


def _read(
    consumer: KafkaConsumer, places: Mapping[KafkaTopicPartition, TopicPartition], ends: Mapping[TopicPartition, int]
) -> Iterator[TailRecord]:
    silent = 0
    while any(consumer.position(place) < ends[one] for place, one in places.items()):
        records = consumer.poll(timeout_ms=POLL_MS, max_records=5_000)
        silent = 0 if records else silent + 1
        if silent > SILENT_POLLS:
            raise StoreUnavailableError("Kafka holds records that it does not give; see: workbench logs kafka")
        for record in (one for batch in records.values() for one in batch):
            place = TopicPartition(record.topic, record.partition)
            yield TailRecord(place, record.offset, record.value or b"")
