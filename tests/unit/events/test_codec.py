import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import EventError, FutureVersionError
from workbench.events.codec import (
    claim_checked,
    decode_event,
    decode_payload,
    encode_event,
    event_key,
    make_event,
    stamped,
)
from workbench.events.envelope import Event, PayloadRef, derived_event_id, event_id_of
from workbench.events.payloads import EntityUpdate, LlmCall, Message, RawBody
from workbench.events.topics import EVENT_TYPES, HOPS, TOPICS, topics_of

AT = datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC)


def event(payload: Any = None, name: str = "message.added", **more: Any) -> Event:
    fields: dict[str, Any] = {
        "event_id": "ab" * 32, "occurred_at": AT, "conversation_id": "c", "session_id": "s", "user_id": "u",
    } | more  # fmt: skip
    return make_event(name, Message(role="user", text="hi") if payload is None else payload, **fields)


def envelope(**changes: Any) -> bytes:
    fields = json.loads(encode_event(event())) | changes
    return json.dumps({name: value for name, value in fields.items() if value != "remove"}).encode()


def test_an_event_comes_back_as_it_was() -> None:
    there = stamped(event(), AT)
    back = decode_event(encode_event(there))
    assert (back.event_id, back.occurred_at, back.ingested_at) == (there.event_id, AT, AT)
    assert decode_payload(back) == Message(role="user", text="hi")


def test_times_travel_as_rfc_3339_with_microseconds_in_utc() -> None:
    assert json.loads(encode_event(event()))["occurred_at"] == "2026-01-31T12:00:00.123456Z"


def test_the_payloads_bytes_are_not_written_anew() -> None:
    raw = b'{ "role":"user",  "text":"\\u00e9" }'
    spaced = msgspec.structs.replace(event(), payload=msgspec.Raw(raw))
    assert raw in encode_event(decode_event(encode_event(spaced)))


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "not an event"),
        (b"{", "not an event"),
        (b"\xff\xfe\x00", "not an event"),
        (b"[]", "not an event"),
        (b'{"event_id": NaN}', "not an event"),
        (envelope(event_id="remove"), "event_id"),
        (envelope(event_type="something.else"), "unknown event type 'something.else'"),
        (envelope(occurred_at="yesterday"), "not an event"),
        (envelope(occurred_at="2026-01-31T12:00:00"), "no time zone"),
        (envelope(payload=None), "exactly one"),
        (envelope(schema_version=0), "schema version 0"),
        (envelope(schema_version="1"), "not an event"),
    ],
)
def test_what_is_no_event_is_refused_with_its_reason(value: bytes, reason: str) -> None:
    with pytest.raises(EventError, match=reason):
        decode_event(value)


def test_a_newer_schema_version_is_refused_as_such_even_when_it_looks_otherwise() -> None:
    with pytest.raises(FutureVersionError, match="schema version 99"):
        decode_event(envelope(schema_version=99, occurred_at={"new": "shape"}))


def test_unknown_fields_of_a_newer_producer_are_ignored() -> None:
    assert decode_event(envelope(shard=3)).event_type == "message.added"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_refused_and_not_written_as_null(number: float) -> None:
    call = LlmCall(call_id="c", provider="p", model="m", started_at=AT, latency_ms=number)
    with pytest.raises(EventError, match="not a finite number"):
        event(call, "llm.call.completed")


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(EventError, match="cannot be encoded"):
        event(Message(role="user", text="\ud800"))


def test_a_failed_call_may_not_carry_a_latency() -> None:
    value = (
        b'{"call_id":"c","provider":"p","model":"m","started_at":"2026-01-31T12:00:00Z"'
        b',"status":"error","latency_ms":0}'
    )
    broken = msgspec.structs.replace(event(), event_type="llm.call.completed", payload=msgspec.Raw(value))
    with pytest.raises(EventError, match="has no latency"):
        decode_payload(broken)


def test_a_payload_of_another_type_is_refused() -> None:
    with pytest.raises(EventError, match="carries LlmCall, not Message"):
        event(name="llm.call.completed")


def test_a_claim_checked_payload_must_be_fetched_first() -> None:
    checked = decode_event(encode_event(claim_checked(event(), PayloadRef(sha256="0" * 64, size_bytes=3))))
    with pytest.raises(EventError, match="claim-checked"):
        decode_payload(checked)
    assert decode_payload(checked, b'{"role":"user","text":"hi"}') == Message(role="user", text="hi")


def test_entity_updates_travel_by_entity_and_messages_by_conversation() -> None:
    update = event(EntityUpdate(entity_id="e1", entity_type="technology", name="Kafka"), "entity.created")
    assert (event_key(update), event_key(event())) == ("e1", "c")


@given(st.binary(max_size=200))
def test_raw_bodies_keep_every_byte(body: bytes) -> None:
    there = RawBody.of(body)
    back = msgspec.json.decode(msgspec.json.encode(there), type=RawBody)
    assert back.content() == body
    assert back.size_bytes == len(body)


@given(st.text(), st.text(), st.text(), st.text())
def test_the_parts_of_an_identity_cannot_run_into_each_other(a: str, b: str, c: str, d: str) -> None:
    def encode(text: str) -> bytes:
        return text.encode(errors="surrogatepass")

    try:
        same = event_id_of(a, encode(b)) == event_id_of(c, encode(d))
    except UnicodeEncodeError:
        return
    assert same == ((a, b) == (c, d))


def test_derived_identities_follow_from_cause_and_parts() -> None:
    assert derived_event_id("a", "x", "y") == derived_event_id("a", "x", "y") != derived_event_id("a", "xy")


def test_every_event_type_has_a_topic_that_is_declared_and_hops_that_exist() -> None:
    names = {topic.name for topic in TOPICS}
    for one in EVENT_TYPES.values():
        assert one.topic in names
        assert set(one.hops) <= set(HOPS)


def test_every_topic_is_read_by_the_lake_but_the_dead_letters() -> None:
    assert set(topics_of("lake")) == {topic.name for topic in TOPICS} - {"helixagent.dlq.events"}
