import json

import pytest

from tests.unit.stream.records import PLACES, message, value
from workbench.events.envelope import CLAIM_CHECK_BYTES
from workbench.events.payloads import Message
from workbench.resilience.intake import prepare
from workbench.stream.decoding import Entry, decode_record, traceparent_of

PLACE = PLACES[1]


def read(record: bytes | None, hop: str = "context") -> Entry:
    return decode_record(record, PLACE, 42, hop=hop, topic_id="topic-a")  # type: ignore[arg-type]


def altered(**changes: object) -> bytes:
    return json.dumps({**json.loads(value(1)), **changes}).encode()


def test_a_good_record_becomes_a_delivery_with_its_place_and_bytes() -> None:
    entry = read(value(1, "hi"))
    assert entry.refused is None
    assert entry.delivery is not None
    assert entry.delivery.payload == Message(role="user", text="hi")
    assert (entry.delivery.topic_partition, entry.delivery.offset, entry.delivery.value) == (PLACE, 42, value(1, "hi"))


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (None, "without a value"),
        (b"", "not an event"),
        (b"\xff\xfe{", "not an event"),
        (b"{}", "schema version 0"),
        (value(1)[:-1], "not an event"),
        (altered(schema_version=99), "newer than 1"),
        (altered(event_type="no.such.type"), "unknown event type"),
        (altered(occurred_at="2026-01-31T12:00:00"), "no time zone"),
        (altered(payload={"role": "nobody", "text": "x"}), "does not fit"),
        (altered(payload=None), "payload"),
        (value(1).replace(b'"source_sequence":null', b'"source_sequence":NaN'), "not an event"),
        (value(1).replace(b'"text":"hello"', b'"text":"\xc3\x28"'), "does not fit"),
    ],
    ids=[
        "tombstone", "empty", "invalid utf-8", "no version", "cut off", "future version", "unknown type", "no zone",
        "unknown role", "no payload", "not a number", "invalid utf-8 in the text",
    ],
)  # fmt: skip
def test_what_does_not_decode_is_refused_with_the_reason_and_its_bytes(record: bytes | None, reason: str) -> None:
    entry = read(record)
    assert entry.delivery is None
    assert entry.refused is not None
    assert reason in entry.refused.reason
    assert entry.refused.original == (record or b"")
    assert (entry.refused.topic, entry.refused.partition, entry.refused.offset) == (PLACE.topic, PLACE.partition, 42)


def test_a_refused_record_keeps_the_identity_that_can_still_be_read() -> None:
    refused = read(altered(payload={"role": "nobody", "text": "x"})).refused
    assert refused is not None
    assert (refused.event_id, refused.event_type) == (message(1).event_id, "message.added")


@pytest.mark.parametrize("record", [value(1), b"no event", None])
def test_the_trace_context_of_a_record_is_kept_whatever_becomes_of_it(record: bytes | None) -> None:
    headers = [("event_type", b"message.added"), ("traceparent", b"00-0af7-b7ad-01")]
    trace = traceparent_of(headers)
    entry = decode_record(record, PLACE, 42, hop="context", topic_id="topic-a", traceparent=trace)
    kept = entry.delivery or entry.refused
    assert kept is not None
    assert kept.traceparent == "00-0af7-b7ad-01"
    assert traceparent_of(headers[:1]) is None
    assert traceparent_of([("traceparent", None)]) is None


def test_an_event_that_is_not_for_the_hop_only_moves_the_offset() -> None:
    assert read(value(1), hop="warehouse") == Entry(PLACE, 42, len(value(1)), None, None)


def test_a_claim_checked_event_counts_the_size_of_its_payload() -> None:
    body = prepare(message(1, "x" * (CLAIM_CHECK_BYTES + 1))).body(b"2026-01-31T12:00:00.000000Z")
    entry = read(body)
    assert entry.delivery is not None
    assert entry.delivery.payload is None
    assert entry.size_bytes > CLAIM_CHECK_BYTES > len(body)
