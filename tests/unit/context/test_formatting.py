"""Message lists of the providers."""

import base64
import json
import re
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.context.formats.gemini import gemini_request
from workbench.context.formats.plain import plain_request
from workbench.context.formatting import CONTINUES, anthropic_request, format_for, openai_messages
from workbench.context.parts import read_part
from workbench.context.turns import Turn
from workbench.errors import UsageError


def test_openai_keeps_system_turns_where_they_stand() -> None:
    said = [Turn(1, "system", "s", 1), Turn(2, "user", "a", 1), Turn(3, "assistant", "b", 1)]
    assert openai_messages(said) == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b"},
    ]


def test_anthropic_takes_system_apart_and_begins_with_the_user() -> None:
    found = anthropic_request(
        [
            {"role": "assistant", "content": "b"},
            {"role": "system", "content": "s"},
            {"role": "developer", "content": "t"},
            {"role": "user", "content": [{"type": "text", "text": "c"}]},
            {"role": "tool", "content": "42"},
            {"role": "user", "content": " "},
        ]
    )
    assert found == {
        "system": "s\n\nt",
        "messages": [
            {"role": "user", "content": CONTINUES},
            {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c\n\nResult of a tool: 42"},
        ],
    }


def test_instructions_alone_are_followed_by_a_turn_of_the_user() -> None:
    said = [{"role": "system", "content": "s"}]
    assert anthropic_request(said) == {"system": "s", "messages": [{"role": "user", "content": CONTINUES}]}
    assert gemini_request(said)["contents"] == [{"role": "user", "parts": [{"text": CONTINUES}]}]
    assert anthropic_request([]) == {"messages": []}


def test_anthropic_without_system_has_no_such_key() -> None:
    assert anthropic_request([{"role": "user", "content": "a"}]) == {"messages": [{"role": "user", "content": "a"}]}


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
IMAGE = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"}}
LINKED = {"type": "image_url", "image_url": {"url": "https://a.example/x.png?key=1"}}
SOUND = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
PDF = {"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0xLjcK", "filename": "a.pdf"}}
NOTE = {"type": "file", "file": {"file_data": "data:text/plain;base64,aGVsbG8=", "filename": "a.txt"}}
CALL = {"id": "call 1", "type": "function", "function": {"name": "lag", "arguments": '{"topic": "orders"}'}}
WITH_TOOL = [
    {"role": "user", "content": "How far behind is it?"},
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "call 1", "content": "42"},
    {"role": "assistant", "content": "42 messages."},
]


def test_anthropic_takes_images_files_calls_and_results_as_blocks() -> None:
    seen = anthropic_request(
        [{"role": "user", "content": [{"type": "text", "text": "a"}, IMAGE, LINKED, PDF, NOTE, SOUND]}]
    )
    [message] = seen["messages"]
    assert message["content"] == [
        {"type": "text", "text": "a"},
        {
            "type": "image",
            "source": {"type": "base64", "media_type": "image/png", "data": base64.b64encode(PIXEL).decode()},
        },
        {"type": "image", "source": {"type": "url", "url": "https://a.example/x.png?key=1"}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjcK"}},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "hello"}},
        {"type": "text", "text": read_part(SOUND).placeholder},
    ]
    told = anthropic_request(WITH_TOOL)["messages"]
    [use], [result] = told[1]["content"], told[2]["content"]
    assert (use["type"], use["name"], use["input"]) == ("tool_use", "lag", {"topic": "orders"})
    assert (result["type"], result["content"]) == ("tool_result", "42")
    # "call 1" is no id that the provider allows.
    assert re.fullmatch(r"[a-zA-Z0-9_-]+", use["id"])
    assert use["id"] == result["tool_use_id"]


def test_gemini_takes_bytes_inline_addresses_as_files_and_names_its_tools() -> None:
    found = gemini_request([{"role": "developer", "content": "s"}, {"role": "user", "content": [IMAGE, LINKED, SOUND]}])
    assert found == {
        "system_instruction": {"parts": [{"text": "s"}]},
        "contents": [
            {
                "role": "user",
                "parts": [
                    {"inline_data": {"mime_type": "image/png", "data": base64.b64encode(PIXEL).decode()}},
                    {"file_data": {"file_uri": "https://a.example/x.png?key=1"}},
                    {"inline_data": {"mime_type": "audio/wav", "data": "AAAA"}},
                ],
            }
        ],
    }
    told = gemini_request(WITH_TOOL)["contents"]
    assert told[1] == {"role": "model", "parts": [{"function_call": {"name": "lag", "args": {"topic": "orders"}}}]}
    assert told[2]["parts"] == [{"function_response": {"name": "lag", "response": {"result": "42"}}}]


def test_a_call_without_its_result_and_a_result_without_its_call_are_told_in_words() -> None:
    torn = [WITH_TOOL[0], WITH_TOOL[1], WITH_TOOL[3]]
    assert (
        anthropic_request(torn)["messages"][1]["content"] == 'Call of a tool: lag({"topic": "orders"})\n\n42 messages.'
    )
    assert anthropic_request(WITH_TOOL[2:3])["messages"] == [{"role": "user", "content": "Result of a tool: 42"}]


def test_a_transcript_ends_where_the_model_goes_on() -> None:
    assert plain_request([{"role": "system", "content": "s"}, *WITH_TOOL[:3]]) == {
        "prompt": 'System: s\n\nUser: How far behind is it?\n\nAssistant: Call of a tool: lag({"topic": "orders"})'
        "\n\nUser: Result of a tool: 42\n\nAssistant:"
    }
    assert plain_request(WITH_TOOL)["prompt"].endswith("Assistant: 42 messages.")


def test_openai_gets_what_it_understands_unchanged() -> None:
    assert format_for("openai", WITH_TOOL) == {"messages": WITH_TOOL}


def test_an_unknown_format_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UsageError, match="no message format for 'cohere'; formats: openai, anthropic, gemini"):
        format_for("cohere", [])


# Words that occur nowhere else: what is lost is seen.
words = st.integers(100_000, 999_999).map("w{}".format)
content_parts = st.one_of(
    words.map(lambda word: {"type": "text", "text": word}),
    st.just({"type": "text", "text": " "}),
    st.sampled_from([IMAGE, LINKED, SOUND, PDF, NOTE]),
    words.map(lambda word: {"type": "file", "file": {"file_id": word}}),
)
contents = st.one_of(
    words, st.just(""), st.just(" \n"), st.none(), st.text(max_size=9), st.lists(content_parts, max_size=4)
)
calls = st.lists(
    st.builds(
        lambda number, word: {
            "id": f"c{number}",
            "type": "function",
            "function": {"name": "f", "arguments": f'"{word}"'},
        },
        st.integers(1, 3),
        words,
    ),
    max_size=2,
)
messages = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"role": st.sampled_from(["system", "developer", "user", "assistant"]), "content": contents}
        ),
        st.fixed_dictionaries({"role": st.just("assistant"), "content": contents, "tool_calls": calls}),
        st.fixed_dictionaries(
            {"role": st.just("tool"), "content": contents, "tool_call_id": st.integers(1, 3).map("c{}".format)}
        ),
    ),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(messages)
def test_turns_alternate_begin_with_the_user_and_are_never_empty(given_messages: list[dict[str, Any]]) -> None:
    turns = anthropic_request(given_messages)["messages"]
    contents = gemini_request(given_messages)["contents"]
    for roles, answer in (
        ([turn["role"] for turn in turns], "assistant"),
        ([turn["role"] for turn in contents], "model"),
    ):
        assert roles == ["user", answer] * (len(roles) // 2) + ["user"] * (len(roles) % 2)
    for turn in turns:
        texts = turn["content"] if isinstance(turn["content"], list) else [{"type": "text", "text": turn["content"]}]
        assert texts
        assert all(block["text"].strip() for block in texts if block["type"] == "text")
    assert all(part.get("text", "x").strip() for turn in contents for part in turn["parts"])
    assert all(turn["parts"] for turn in contents)


@settings(max_examples=200, deadline=None)
@given(messages)
def test_a_result_follows_its_call_and_every_call_has_one(given_messages: list[dict[str, Any]]) -> None:
    turns = anthropic_request(given_messages)["messages"]
    for turn, answer in pairwise([*turns, {"content": []}]):
        uses = [block["id"] for block in turn["content"] if isinstance(block, dict) and block["type"] == "tool_use"]
        results = [
            block["tool_use_id"]
            for block in answer["content"]
            if isinstance(block, dict) and block["type"] == "tool_result"
        ]
        assert sorted(uses) == sorted(results)


@settings(max_examples=200, deadline=None)
@given(messages, st.sampled_from(["anthropic", "gemini", "plain"]))
def test_nothing_that_was_said_is_lost(given_messages: list[dict[str, Any]], shape: str) -> None:
    everything = json.dumps(format_for(shape, given_messages), ensure_ascii=False)
    for word in re.findall(r"w\d{6}", json.dumps(given_messages)):
        assert word in everything
    for message in given_messages:
        if isinstance(message["content"], str) and message["content"].strip():
            assert json.dumps(message["content"], ensure_ascii=False)[1:-1] in everything
        for part in message["content"] if isinstance(message["content"], list) else ():
            if part["type"] != "text":
                read = read_part(part)
                kept = [read.placeholder, read.address or "-", base64.b64encode(read.content).decode() or "-"]
                kept += ["hello"] if part is NOTE else []
                assert any(json.dumps(form)[1:-1] in everything for form in kept)
