import json
from typing import Any

import pytest

from workbench.api.body import decode_json
from workbench.api.chat_request import ChatRequest, parse_chat_request
from workbench.api.errors import Refusal

USER = {"role": "user", "content": "hi"}


def parse(body: dict[str, Any], headers: dict[str, str] | None = None) -> ChatRequest:
    raw = json.dumps(body).encode()
    return parse_chat_request(decode_json(raw), raw, headers or {})


@pytest.mark.parametrize(
    ("body", "position"),
    [
        (b'{"model": "m",\n "messages": [}', "line 2 column 15"),
        (b"", "line 1 column 1"),
        (b'{"a": 1} x', "line 1 column 10"),
        (b'{"a": NaN}', "byte 6"),
        (b'{"a": -Infinity}', "byte 7"),
        (b'{"a": 1e999}', "out of range"),
        (b'{"a": "\xff"}', "byte 7 is not UTF-8"),
        (b'{"a": "\\ud800 x"}', "surrogate"),
        (b'{"a": "\\udc00\\ud800"}', "surrogate"),
        (b'{"a": "\xed\xa0\x80"}', "byte 7 is not UTF-8"),
        (b"\xef\xbb\xbf{}", "byte 0"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_strict_json_is_refused_with_its_position(body: bytes, position: str) -> None:
    with pytest.raises(Refusal) as caught:
        decode_json(body)
    assert caught.value.status_code == 400
    assert caught.value.code == "invalid_json"
    assert position in caught.value.detail


@pytest.mark.parametrize(
    ("body", "param", "words"),
    [
        ({"messages": [USER]}, None, "model"),
        ({"model": 3, "messages": [USER]}, "model", "Expected `str`, got `int`"),
        ({"model": "", "messages": [USER]}, "model", "length"),
        ({"model": "m", "messages": []}, "messages", "length"),
        ({"model": "m", "messages": "hi"}, "messages", "Expected `array`"),
        ({"model": "m", "messages": [{"role": "boss", "content": "x"}]}, "messages[0].role", "boss"),
        ({"model": "m", "messages": [USER, {"role": "user"}]}, "messages[1].content", "needs content"),
        ({"model": "m", "messages": [{"role": "user", "content": 5}]}, "messages[0].content", "got `int`"),
        ({"model": "m", "messages": [USER], "temperature": 3}, "temperature", "<= 2"),
        ({"model": "m", "messages": [USER], "stream": "yes"}, "stream", "bool"),
        ({"model": "m", "messages": [USER], "metadata": {"conversation_id": 7}}, "metadata[...]", "got `int`"),
        ({"model": "m", "messages": [USER], "user": "a\nb"}, "user", "regex"),
        ({"model": "m", "messages": [USER], "metadata": {"conversation_id": "x" * 257}}, None, "length <= 256"),
    ],
)
def test_a_wrong_field_is_named(body: dict[str, Any], param: str | None, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse(body)
    assert caught.value.status_code == 400
    assert caught.value.param == param
    assert words in caught.value.detail


def test_a_body_that_is_no_object_is_refused() -> None:
    with pytest.raises(Refusal, match="Expected `object`"):
        parse_chat_request([1], b"[1]", {})


def test_ids_come_from_the_body_then_its_metadata_then_the_headers() -> None:
    headers = {"x-conversation-id": "header", "x-session-id": "s"}
    assert parse({"model": "m", "messages": [USER]}, headers).conversation_id == "header"
    metadata = {"conversation_id": "metadata"}
    assert parse({"model": "m", "messages": [USER], "metadata": metadata}, headers).conversation_id == "metadata"
    body = {"model": "m", "messages": [USER], "metadata": metadata, "conversation_id": "body"}
    assert parse(body, headers).conversation_id == "body"
    assert parse(body, headers).session_id == "s"
    assert parse({"model": "m", "messages": [USER]}).conversation_id is None


def test_a_request_without_our_fields_goes_on_byte_for_byte() -> None:
    raw = b'{ "model":"m",  "messages":[{"role":"user","content":"caf\\u00e9"}], "seed": 1.50 }'
    assert parse_chat_request(decode_json(raw), raw, {}).forwarded() is raw


def test_our_fields_do_not_reach_the_provider_and_others_do() -> None:
    request = parse(
        {
            "model": "m",
            "messages": [USER],
            "session_id": "s",
            "seed": 7,
            "metadata": {"conversation_id": "c", "recording": "r", "team": "t"},
        }
    )
    assert json.loads(request.forwarded()) == {
        "model": "m",
        "messages": [USER],
        "seed": 7,
        "metadata": {"team": "t"},
    }
    assert "metadata" not in json.loads(
        parse({"model": "m", "messages": [USER], "metadata": {"conversation_id": "c"}}).forwarded()
    )


def test_a_window_takes_the_place_of_the_messages() -> None:
    request = parse({"model": "m", "messages": [USER], "temperature": 0})
    assert (
        json.loads(request.forwarded([{"role": "system", "content": "past"}, USER]))["messages"][0]["content"] == "past"
    )
