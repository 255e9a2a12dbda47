"""Claim-checked payloads on their way in: fetched for a sink that needs them, or the reason why never."""

from collections.abc import Callable, Mapping

import structlog
from msgspec.structs import replace

from workbench.errors import EventError, StoreError, StoreUnavailableError
from workbench.events.codec import decode_payload
from workbench.events.topics import Hop
from workbench.stream.decoding import Entry, refuse
from workbench.stream.sink import Delivery, TopicPartition

FetchBlob = Callable[[str], bytes]
"""SHA-256 -> the payload's bytes, verified; raises StoreUnavailableError when it should be tried again."""

_log = structlog.get_logger(__name__)


def with_payloads(
    entries: list[Entry], fetch_blob: FetchBlob | None, *, hop: Hop, topic_ids: Mapping[TopicPartition, str]
) -> list[Entry]:
    """The entries with their claim-checked payloads; one whose bytes are damaged or do not fit is a dead letter.

    Raises
    ------
    StoreUnavailableError
        When a payload should be fetched again later.
    """
    return [_with_payload(one, fetch_blob, hop, topic_ids) for one in entries]


def _with_payload(
    entry: Entry, fetch_blob: FetchBlob | None, hop: Hop, topic_ids: Mapping[TopicPartition, str]
) -> Entry:
    delivery = entry.delivery
    if delivery is None or delivery.payload is not None or delivery.event.payload_ref is None:
        return entry
    if fetch_blob is None:
        raise StoreUnavailableError("this worker has no object store to fetch payloads from")
    try:
        payload = decode_payload(delivery.event, fetch_blob(delivery.event.payload_ref.sha256))
    except StoreUnavailableError:
        raise
    except (StoreError, EventError) as error:  # the bytes are damaged or do not fit: for ever
        return dead_entry(delivery, hop=hop, topic_id=topic_ids[delivery.topic_partition], reason=str(error))
    return replace(entry, delivery=replace(delivery, payload=payload))


def dead_entry(delivery: Delivery, *, hop: Hop, topic_id: str, reason: str) -> Entry:
    """The entry that takes a delivery's place when it cannot be taken, now or ever."""
    _log.warning(
        "event goes to the dead letters",
        hop=hop,
        event_id=delivery.event.event_id,
        event_type=delivery.event.event_type,
        reason=reason[:300],
    )
    return refuse(
        delivery.value,
        delivery.topic_partition,
        delivery.offset,
        hop=hop,
        topic_id=topic_id,
        reason=reason,
        traceparent=delivery.traceparent,
    )
