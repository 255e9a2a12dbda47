"""What PostgreSQL can hold, what it refuses, and that tenants never meet."""

import hashlib
from collections.abc import Iterator

import msgspec
import pytest
from msgspec.structs import replace

from tests.integration.context_batches import TALK, batch, claimed, deliveries, message, rows
from workbench.database import frames, migrations
from workbench.database.ledger import ContextLedger
from workbench.errors import StoreRefusedError
from workbench.events.codec import decode_payload
from workbench.events.envelope import Event, PayloadRef
from workbench.pipelines.context_ingest import ContextSink, context_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch, Positions

pytestmark = pytest.mark.postgresql


@pytest.fixture
def sink(fresh: Settings) -> Iterator[ContextSink]:
    migrations.apply(fresh)
    sink = context_sink(fresh)
    yield sink
    sink.close()


def changed(event: Event, **fields: object) -> Event:
    return msgspec.structs.replace(event, **fields)


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        (message(1, conversation_id="c\x00d"), r"NUL \(0x00\)"),
        (changed(message(1), user_id="u\x00"), r"invalid byte sequence .*\(22021\); COPY conversation_events, line 2"),
        (changed(message(1), session_id="s\ud800"), "lone surrogate"),
        (message(1, source_sequence=2**63), "a number is out of range"),
        (changed(message(1), event_id="not-an-id"), r"conversation_events_event_id_check.*\(23514\)"),
    ],
    ids=["nul in the conversation", "nul in the user", "surrogate", "65-bit number", "malformed id"],
)
def test_content_that_postgresql_refuses_is_named_and_stops_nothing_else(
    fresh: Settings, sink: ContextSink, event: Event, complaint: str
) -> None:
    claim = claimed(sink)
    with pytest.raises(StoreRefusedError, match=complaint):
        sink.write(batch([message(0), event], claim))
    assert rows(fresh, "SELECT count(*) FROM conversation_events") == [(0,)]
    sink.write(batch([message(0)], claim))  # the same connection goes on
    assert rows(fresh, "SELECT count(*) FROM conversation_events") == [(1,)]


def test_an_id_that_no_index_can_hold_is_refused(sink: ContextSink) -> None:
    # 20,000 characters that do not compress; an index entry holds about 2,700 bytes
    long = "".join(chr(0x4E00 + (n * 7_919) % 20_000) for n in range(20_000))
    with pytest.raises(StoreRefusedError, match=r"index row .*\(54000\)"):
        sink.write(batch([message(1, conversation_id=long)], claimed(sink)))


def test_a_message_with_nul_comes_back_as_it_was(fresh: Settings, sink: ContextSink) -> None:
    sink.write(batch([message(1, text="a\x00b␀")], claimed(sink)))
    assert rows(fresh, "SELECT text, nul_offsets FROM conversation_events") == [("a␀b␀", [1])]
    assert frames.conversation_turns(fresh, conversation_id="c")["text"].to_list() == ["a\x00b␀"]


def test_five_megabytes_are_a_turn_like_any_other(fresh: Settings, sink: ContextSink) -> None:
    text = "word 9 " * 750_000
    sink.write(batch([message(1, text=text), message(2)], claimed(sink)))
    found = frames.conversation_turns(fresh, conversation_id="c")
    assert found["text"].to_list() == [text, "message 2"]
    assert found["segment"].to_list() == [1, 2]


def test_a_claim_checked_turn_has_the_same_facts_as_one_in_the_envelope(fresh: Settings, sink: ContextSink) -> None:
    event = message(1)
    (within,) = deliveries([event])
    sink.write(Batch([within]))
    with ContextLedger(fresh) as ledger:
        once = ledger.content_hash()
        ledger.clear()
        raw = bytes(event.payload)
        sha256 = hashlib.sha256(raw).hexdigest()
        apart = changed(event, payload=msgspec.Raw(b"null"), payload_ref=PayloadRef(sha256=sha256, size_bytes=len(raw)))
        sink.write(Batch([replace(within, event=apart, payload=decode_payload(apart, raw))]))
        assert ledger.content_hash() == once
        with pytest.raises(StoreRefusedError, match="came without its payload"):
            sink.write(Batch([replace(within, event=apart, payload=None)]))


def test_tenants_with_the_same_conversation_never_meet(fresh: Settings, sink: ContextSink) -> None:
    claim = claimed(sink)
    events = [message(n, tenant_id=tenant, text=f"{tenant} {n}") for n in range(2) for tenant in ("ours", "theirs")]
    sink.write(Batch(deliveries(events), {TALK: Positions(0, 4, claim.epoch)}))
    for tenant in ("ours", "theirs"):
        turns = frames.conversation_turns(fresh, conversation_id="c", tenant_id=tenant)
        assert turns["text"].to_list() == [f"{tenant} 0", f"{tenant} 1"]
        assert turns["sequence"].to_list() == [1, 2]
        assert frames.longest_conversations(fresh, tenant_id=tenant)["message_count"].to_list() == [2]
        assert frames.segments(fresh, conversation_id="c", tenant_id=tenant)["turn_count"].to_list() == [2]
    assert rows(fresh, "SELECT tenant_id, message_count FROM sessions ORDER BY 1") == [("ours", 2), ("theirs", 2)]
    assert frames.conversation_turns(fresh, conversation_id="c").is_empty()
