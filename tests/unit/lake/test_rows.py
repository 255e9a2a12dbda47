import hashlib

import pytest

from tests.unit.lake.recorded import call, claimed, delivery, entity, event, message
from workbench.errors import StoreRefusedError
from workbench.events.payloads import EntityUpdate, Mention
from workbench.lake.rows import event_rows, payload_rows
from workbench.lake.schema import ENTITY_FACTS, RAW_LLM_CALLS, RAW_MESSAGES


def test_the_envelope_is_kept_byte_for_byte() -> None:
    one = delivery(message(1, "naïve ☃"), 7)
    row = event_rows([one]).to_pylist()[0]
    assert row["envelope"] == one.value
    assert (row["topic"], row["partition"], row["offset"]) == ("helixagent.conversations", 0, 7)
    assert row["payload_sha256"] == hashlib.sha256(one.event.payload).digest()


def test_a_claim_checked_event_keeps_the_reference_and_its_call_keeps_the_bytes() -> None:
    reference, blob = claimed(call(1, body=b"\xff\x00 not text"))
    one = delivery(reference, 0, body=blob)
    events = event_rows([one])
    assert events["payload_ref"].to_pylist() == [hashlib.sha256(blob).hexdigest()]
    assert events["payload_sha256"].to_pylist() == [hashlib.sha256(blob).digest()]
    row = payload_rows(RAW_LLM_CALLS, [one], events, indexes=[0]).to_pylist()[0]
    assert row["request"] == b"\xff\x00 not text"
    assert row["request_sha256"] == hashlib.sha256(b"\xff\x00 not text").hexdigest()


def test_a_failed_call_has_no_latency_and_an_unknown_cost_stays_null() -> None:
    rows = [delivery(call(1, status="timeout", latency_ms=None, cost_usd=None), 0)]
    row = payload_rows(RAW_LLM_CALLS, rows, event_rows(rows), indexes=[0]).to_pylist()[0]
    assert (row["latency_ms"], row["cost_usd"], row["status"]) == (None, None, "timeout")


def test_each_table_takes_its_own_payload_and_only_the_named_rows() -> None:
    rows = [delivery(message(1), 0), delivery(call(2), 0), delivery(entity(3), 0), delivery(message(4), 1)]
    events = event_rows(rows)
    every = range(len(rows))
    assert payload_rows(RAW_MESSAGES, rows, events, indexes=every)["offset"].to_pylist() == [0, 1]
    assert payload_rows(RAW_MESSAGES, rows, events, indexes=[3])["offset"].to_pylist() == [1]
    assert payload_rows(ENTITY_FACTS, rows, events, indexes=every)["span_text"].to_pylist() == ["Rust"]
    assert payload_rows(RAW_LLM_CALLS, rows, events, indexes=every)["call_id"].to_pylist() == ["call-2"]


def test_an_integer_of_more_than_its_column_is_refused_for_its_content() -> None:
    mention = Mention(message_id="m", start=0, end=2**40, text="x", confidence=1.0, method="m")
    made = event("entity.created", EntityUpdate(entity_id="e", entity_type="t", name="n", mention=mention), 1)
    rows = [delivery(made, 0)]
    with pytest.raises(StoreRefusedError, match="span_end"):
        payload_rows(ENTITY_FACTS, rows, event_rows(rows), indexes=[0])


@pytest.mark.parametrize("provider", ["", "../../etc", "a" * 500, "Ünïcode/=%"])
def test_a_provider_name_from_outside_makes_a_short_safe_partition(provider: str) -> None:
    rows = [delivery(call(1, provider=provider), 0)]
    row = payload_rows(RAW_LLM_CALLS, rows, event_rows(rows), indexes=[0]).to_pylist()[0]
    assert row["provider"] == provider
    assert 0 < len(row["lake_provider"]) <= 48
    assert "/" not in row["lake_provider"]
