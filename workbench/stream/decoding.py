"""From a Kafka record to a delivery, or to a dead letter with the reason (pure)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from workbench.errors import EventError
from workbench.events.codec import decode_event, decode_payload
from workbench.events.topics import EVENT_TYPES, Hop
from workbench.resilience.outbox import Refused
from workbench.stream.sink import Delivery, TopicPartition


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One record in the worker's buffer: a delivery, a refusal, or (neither) one that is not for this hop."""

    topic_partition: TopicPartition
    offset: int
    size_bytes: int
    delivery: Delivery | None
    refused: Refused | None


class _Identity(msgspec.Struct):
    """What can be told about a record that is not a whole event."""

    event_id: str = ""
    event_type: str = ""


_identity_decoder = msgspec.json.Decoder(_Identity)


def decode_record(
    value: bytes | None,
    topic_partition: TopicPartition,
    offset: int,
    *,
    hop: Hop,
    topic_id: str,
    traceparent: str | None = None,
) -> Entry:
    """Read one record.

    A claim-checked payload is left out; `size_bytes` counts it all the same, so that a buffer of large
    payloads is bounded by what they will take once fetched.
    """
    if value is None:
        return refuse(
            b"",
            topic_partition,
            offset,
            hop=hop,
            topic_id=topic_id,
            reason="a record without a value",
            traceparent=traceparent,
        )
    try:
        event = decode_event(value)
        if hop not in EVENT_TYPES[event.event_type].hops:
            return Entry(topic_partition, offset, len(value), None, None)
        payload = decode_payload(event) if event.payload_ref is None else None
    except EventError as error:
        return refuse(
            value, topic_partition, offset, hop=hop, topic_id=topic_id, reason=str(error), traceparent=traceparent
        )
    size_bytes = len(value) + (event.payload_ref.size_bytes if event.payload_ref is not None else 0)
    delivery = Delivery(event, payload, topic_partition, offset, value, traceparent)
    return Entry(topic_partition, offset, size_bytes, delivery, None)


def decode_records(
    records: Iterable[Any], topic_partition: TopicPartition, *, first: int, hop: Hop, topic_id: str
) -> Iterator[Entry]:
    """Read the records of one topic partition, as Kafka's driver gives them, from offset `first` on."""
    for one in records:
        if one.offset >= first:
            trace = traceparent_of(one.headers) if one.headers else None
            yield decode_record(one.value, topic_partition, one.offset, hop=hop, topic_id=topic_id, traceparent=trace)


def traceparent_of(headers: Sequence[tuple[str, bytes | None]]) -> str | None:
    """The W3C trace context among a record's headers, if there is one."""
    for name, found in headers:
        if name == "traceparent" and found:
            return found.decode("ascii", "replace")
    return None


def refuse(
    value: bytes,
    topic_partition: TopicPartition,
    offset: int,
    *,
    hop: Hop,
    topic_id: str,
    reason: str,
    traceparent: str | None = None,
) -> Entry:
    """The entry of a record that cannot be taken."""
    event_id, event_type = _identity(value)
    refused = Refused(
        hop,
        reason,
        value,
        event_id=event_id,
        event_type=event_type,
        topic=topic_partition.topic,
        partition=topic_partition.partition,
        offset=offset,
        topic_id=topic_id,
        traceparent=traceparent,
    )
    return Entry(topic_partition, offset, len(value), None, refused)


def _identity(value: bytes) -> tuple[str | None, str | None]:
    try:
        found = _identity_decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None, None
    return found.event_id or None, found.event_type or None
