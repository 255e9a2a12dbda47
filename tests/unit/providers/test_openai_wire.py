import itertools
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.providers.exchange import Usage
from workbench.providers.failures import provider_error
from workbench.providers.openai_wire import EventSplitter, StreamedAnswer, answer_text, usage_of


@given(st.lists(st.integers(0, 400), max_size=8))
def test_events_come_out_whole_wherever_the_stream_was_cut(cuts: list[int]) -> None:
    events = [b'data: {"a":"caf\xc3\xa9"}\n\n', b": heartbeat\n\n", b"data: 1\r\n\r\n", b"data: [DONE]\n\n"] * 5
    whole = b"".join(events)
    edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    splitter = EventSplitter()
    found = [event for start, end in itertools.pairwise(edges) for event in splitter.feed(whole[start:end])]
    assert found == events
    assert splitter.rest == b""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, Usage()),
        ({"prompt_tokens": "9", "completion_tokens": True}, Usage()),
        ({"prompt_tokens": -1, "completion_tokens": 0}, Usage(None, 0, None)),
        ({"prompt_tokens": 5, "prompt_tokens_details": None}, Usage(5, None, None)),
    ],
)
def test_usage_that_is_nonsense_is_none_and_never_zero(body: Any, expected: Usage) -> None:
    assert usage_of(body) == expected


def test_a_tool_call_is_kept_as_its_json() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "lag", "arguments": "{}"}}
    assert json.loads(answer_text({"content": None, "tool_calls": [call]})) == [call]


def test_chunks_add_up_and_the_last_usage_counts() -> None:
    answer = StreamedAnswer()
    for chunk in (
        {"model": "m", "choices": [{"index": 0, "delta": {"role": "assistant"}}]},
        {"choices": [{"index": 0, "delta": {"content": "Ka"}}]},
        {"choices": [{"index": 1, "delta": {"content": "other choice"}}]},
        {"choices": [{"index": 0, "delta": {"content": "fka"}, "finish_reason": "stop"}]},
        {"choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2}},
    ):
        answer.add(json.dumps(chunk).encode())
    assert (answer.whole_text(), answer.model, answer.usage, answer.finished) == ("Kafka", "m", Usage(3, 2, None), True)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (429, b'{"error": {"message": "m", "code": "rate_limit_exceeded"}}', ("refused", "rate_limit_exceeded")),
        (403, b"", ("refused", None)),
        (400, b'{"error": {"message": "m", "code": "content_filter"}}', ("refused", "content_filter")),
        (400, b'{"error": {"message": "m", "code": "invalid_value"}}', ("error", "invalid_value")),
        (500, b"<html>", ("error", None)),
        (503, b'{"error": "overloaded"}', ("error", None)),
        (529, b'{"error": {"type": "overloaded_error"}}', ("error", "overloaded_error")),
    ],
)
def test_a_status_other_than_200_tells_refused_from_failed(status: int, body: bytes, expected: tuple[str, Any]) -> None:
    error = provider_error("p", status, body)
    assert (error.status, error.error_code) == expected
    assert error.http_status == status
