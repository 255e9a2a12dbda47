import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.api.access import Principal
from workbench.api.chat_request import ChatMessage
from workbench.api.record import Call, Identity, exchange_events, request_id_of
from workbench.api.turns import NewTurn, UnansweredTurns, turns_since_answer
from workbench.errors import ProviderError
from workbench.events.codec import decode_payload
from workbench.events.envelope import Event
from workbench.events.payloads import LlmCall, Message
from workbench.events.redaction import Redactor
from workbench.providers.exchange import Exchange, Usage
from workbench.providers.openai_wire import DONE, sse

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
IDENTITY = Identity("r1", "acme", "acme/priya", "c1", "s1")
CALL = Call("openai", "api", "complete", AT, AT + timedelta(seconds=2))
ANSWERED = Exchange(
    b'{"q": 1}', b'{"a": 1}', "gpt-4o", text="Kafka", usage=Usage(9, 3, 1), latency_ms=12.5, http_status=200
)
OFF = Redactor("off")


def events_of(exchange: Exchange = ANSWERED, *, redactor: Redactor = OFF, **more: Any) -> list[Event]:
    call = Call("openai", "api", "complete", AT, AT + timedelta(seconds=2), **more)
    return exchange_events(IDENTITY, [NewTurn(0, "user", "what is it?")], exchange, call=call, redactor=redactor)


def test_an_answered_request_is_a_turn_a_call_and_an_answer() -> None:
    question, call, answer = events_of()
    assert [one.event_type for one in (question, call, answer)] == [
        "message.added",
        "llm.call.completed",
        "message.added",
    ]
    payloads = [decode_payload(one) for one in (question, call, answer)]
    assert payloads[0] == Message(role="user", text="what is it?", source="api")
    assert isinstance(payloads[1], LlmCall)
    assert (payloads[1].latency_ms, payloads[1].tokens_input, payloads[1].status) == (12.5, 9, "ok")
    assert payloads[1].request is not None
    assert payloads[1].request.content() == b'{"q": 1}'
    assert payloads[1].response is not None
    assert payloads[1].response.content() == b'{"a": 1}'
    assert payloads[2] == Message(
        role="assistant", text="Kafka", provider="openai", model="gpt-4o", call_id=payloads[1].call_id, source="api"
    )
    assert question.occurred_at < answer.occurred_at
    assert {(one.tenant_id, one.user_id, one.conversation_id, one.session_id) for one in (question, call, answer)} == {
        ("acme", "acme/priya", "c1", "s1")
    }


def test_a_failed_call_has_no_latency_and_no_answer() -> None:
    failed = Exchange(
        b"{}", b"busy", "gpt-4o", latency_ms=3.0, http_status=429,
        error=ProviderError("m", status="refused", http_status=429, error_code="rate_limited"),
    )  # fmt: skip
    question, call = events_of(failed)
    payload = decode_payload(call)
    assert isinstance(payload, LlmCall)
    assert (payload.latency_ms, payload.status, payload.http_status, payload.error_code) == (
        None,
        "refused",
        429,
        "rate_limited",
    )
    assert question.event_type == "message.added"


def test_the_same_request_gives_the_same_ids_and_another_gives_others() -> None:
    ids = [one.event_id for one in events_of()]
    assert ids == [one.event_id for one in events_of()]
    assert len(set(ids)) == 3
    other = Identity("r2", "acme", "acme/priya", "c1", "s1")
    others = exchange_events(other, [NewTurn(0, "user", "what is it?")], ANSWERED, call=CALL, redactor=OFF)
    assert not set(ids) & {one.event_id for one in others}


def test_a_failed_attempt_does_not_take_the_id_of_the_attempt_that_succeeds() -> None:
    failed = events_of(Exchange(b"{}", None, "m", error=ProviderError("m")), attempt="1f")
    answered = events_of()
    assert failed[0].event_id == answered[0].event_id  # the turn was said once
    assert failed[1].event_id != answered[1].event_id


def test_a_system_prompt_is_one_event_per_conversation_whoever_sends_it() -> None:
    turn = NewTurn(0, "system", "Be brief.")
    first = exchange_events(IDENTITY, [turn], ANSWERED, call=CALL, redactor=OFF)[0]
    second = Identity("r2", "acme", "acme/priya", "c1", "s1")
    elsewhere = Identity("r2", "acme", "acme/priya", "c2", "s1")
    assert exchange_events(second, [turn], ANSWERED, call=CALL, redactor=OFF)[0].event_id == first.event_id
    assert exchange_events(elsewhere, [turn], ANSWERED, call=CALL, redactor=OFF)[0].event_id != first.event_id


def test_nothing_personal_is_in_any_event_when_redaction_is_on() -> None:
    secret = "priya@northwind.example"
    stream = b"".join(
        sse({"choices": [{"index": 0, "delta": {"content": piece}}]}) for piece in ("mail priya@north", "wind.example")
    )
    exchange = Exchange(
        json.dumps({"messages": [{"content": f"I am {secret}"}]}).encode(),
        stream + DONE,
        "m",
        media_type="text/event-stream",
        text=f"mail {secret}",
        latency_ms=1.0,
    )
    events = exchange_events(
        IDENTITY, [NewTurn(0, "user", f"I am {secret}")], exchange, call=CALL, redactor=Redactor("mask")
    )
    everything = b"".join(bytes(one.payload) for one in events)
    assert b"northwind" not in everything
    assert b"wind.example" not in everything
    assert everything.count(b"[email]") == 4  # turn, request, response, answer


def test_turns_after_the_last_answer_are_new() -> None:
    said = [ChatMessage(role, text) for role, text in (("system", "s"), ("user", "a"), ("assistant", "b"))]
    assert turns_since_answer(said) == []
    assert [(one.role, one.text) for one in turns_since_answer(said[:2])] == [("system", "s"), ("user", "a")]
    more = [*said, ChatMessage("tool", "42"), ChatMessage("developer", "d")]
    assert [(one.number, one.role) for one in turns_since_answer(more)] == [(0, "tool"), (1, "system")]


@pytest.mark.parametrize(("again", "left"), [(["a"], []), (["a", "b"], ["b"]), (["b"], ["b"]), ([], [])])
def test_a_turn_that_got_no_answer_is_not_recorded_again(again: list[str], left: list[str]) -> None:
    turns = UnansweredTurns()
    key = ("acme", "c1")
    turns.recorded(key, [NewTurn(0, "user", "a")], answered=False)
    found = turns.unrecorded(key, [NewTurn(at, "user", text) for at, text in enumerate(again)])
    assert [one.text for one in found] == left


def test_after_an_answer_the_same_words_are_a_new_turn() -> None:
    turns = UnansweredTurns()
    key = ("acme", "c1")
    turns.recorded(key, [NewTurn(0, "user", "yes")], answered=True)
    assert len(turns.unrecorded(key, [NewTurn(0, "user", "yes")])) == 1


def test_the_memory_of_unanswered_turns_is_bounded() -> None:
    turns = UnansweredTurns(keep=2)
    for number in range(3):
        turns.recorded(("acme", str(number)), [NewTurn(0, "user", "a")], answered=False)
    assert len(turns.unrecorded(("acme", "0"), [NewTurn(0, "user", "a")])) == 1  # forgotten
    assert turns.unrecorded(("acme", "2"), [NewTurn(0, "user", "a")]) == []


def test_a_claimed_user_stays_inside_the_tenant_of_the_token() -> None:
    assert Principal("acme").user_id("globex/root") == "acme/globex/root"
    assert Principal("acme").user_id(None) == "acme/anonymous"
    assert request_id_of("acme", "k") != request_id_of("globex", "k")
