import asyncio
import json
from typing import Any

import pytest

from workbench.providers.exchange import Exchange, Question
from workbench.providers.recordings import Recording, recordings
from workbench.providers.replay import ReplayProvider

PROVIDER = ReplayProvider()
TECHNICAL: list[Recording] = list(recordings("technical"))


def ask(said: list[str], *, model: str = "replay:technical", recording: str | None = None, **more: Any) -> Question:
    messages = [{"role": "user", "content": text} for text in said]
    body = json.dumps({"model": model, "messages": messages}).encode()
    return Question(model, body, messages, "some-conversation", recording, **more)


def complete(question: Question) -> Exchange:
    return asyncio.run(PROVIDER.complete(question))


def said_by_user(recording: Recording) -> list[str]:
    return [turn.text for turn in recording.turns if turn.role == "user"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_answer_to_the_nth_user_turn_is_the_nth_recorded_answer(number: int) -> None:
    recording = TECHNICAL[0]
    found = complete(ask(said_by_user(recording)[:number], recording=recording.conversation_id))
    assert found.error is None
    assert found.text == recording.turns[2 * number - 1].text


def test_a_client_that_sends_only_its_newest_turn_gets_the_matching_answer() -> None:
    recording = TECHNICAL[1]
    found = complete(ask(said_by_user(recording)[2:3], recording=recording.conversation_id))
    assert found.text == recording.turns[5].text


def test_other_words_at_the_same_place_get_the_answer_of_that_place() -> None:
    recording = TECHNICAL[1]
    found = complete(ask([said_by_user(recording)[0], "and what now?"], recording=recording.conversation_id))
    assert found.text == recording.turns[3].text


def test_without_a_recording_the_last_user_text_decides_in_whichever_set_has_it() -> None:
    recording = TECHNICAL[5]
    found = complete(ask([said_by_user(recording)[0]], model="replay"))
    assert (found.text, found.model) == (recording.turns[1].text, "replay:technical")


def test_a_text_that_was_said_twice_is_taken_at_the_place_that_fits() -> None:
    chats = list(recordings("chitchat"))
    second = next(one for one in chats if len(one.turns) > 4 and len(said_by_user(one)[1]) > 60)
    found = complete(ask(["x", said_by_user(second)[1]], model="replay:chitchat"))
    assert found.text == second.turns[3].text


def test_nothing_recorded_is_a_404_that_says_what_to_do() -> None:
    found = complete(ask(["words that nobody ever said here"]))
    assert found.error is not None
    assert (found.error.http_status, found.error.error_code) == (404, "recording_not_found")
    assert "metadata.recording" in str(found.error)
    assert found.latency_ms is None


def test_after_the_last_recorded_answer_there_is_none() -> None:
    recording = TECHNICAL[0]
    found = complete(ask([*said_by_user(recording), "more?"], recording=recording.conversation_id))
    assert found.error is not None


def test_the_answer_has_openais_shape_and_says_that_it_is_a_replay() -> None:
    recording = TECHNICAL[0]
    found = complete(ask(said_by_user(recording)[:1], recording=recording.conversation_id))
    assert found.received is not None
    body = json.loads(found.received)
    assert body["object"] == "chat.completion"
    assert body["model"] == "replay:technical"
    assert body["choices"][0]["message"]["content"] == recording.turns[1].text
    assert body["choices"][0]["finish_reason"] == "stop"
    usage = body["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"] > 0


@pytest.mark.parametrize("include_usage", [False, True])
def test_a_streamed_answer_adds_up_to_the_recorded_text(include_usage: bool) -> None:
    recording = TECHNICAL[2]

    async def read() -> tuple[list[bytes], Exchange]:
        stream = await PROVIDER.stream(
            ask(said_by_user(recording)[:1], recording=recording.conversation_id, include_usage=include_usage)
        )
        assert not isinstance(stream, Exchange)
        return [event async for event in stream], stream.exchange()

    events, exchange = asyncio.run(read())
    chunks = [json.loads(event.removeprefix(b"data: ")) for event in events]
    text = "".join(one["choices"][0]["delta"].get("content", "") for one in chunks if one["choices"])
    assert text == recording.turns[1].text == exchange.text
    assert {one["object"] for one in chunks} == {"chat.completion.chunk"}
    assert len({one["id"] for one in chunks}) == 1
    assert [one["usage"]["total_tokens"] > 0 for one in chunks if one.get("usage")] == [True] * include_usage
    assert exchange.received == b"".join(events) + b"data: [DONE]\n\n"
    assert exchange.ttft_ms is not None
    assert exchange.error is None


def test_a_stream_that_is_left_early_is_an_exchange_with_an_error() -> None:
    async def read() -> Exchange:
        stream = await PROVIDER.stream(ask(said_by_user(TECHNICAL[0])[:1], recording=TECHNICAL[0].conversation_id))
        assert not isinstance(stream, Exchange)
        async for _ in stream:
            break
        return stream.exchange()

    found = asyncio.run(read())
    assert found.error is not None
    assert found.error.error_code == "client_closed"
    assert found.latency_ms is None
