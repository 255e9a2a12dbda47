import json
import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.api_service import Running, running_service, wait_until
from tests.integration.openai_server import ANSWER, Upstream, openai_server
from workbench.providers.recordings import recordings

TECHNICAL = next(iter(recordings("technical")))
SAID = [turn.text for turn in TECHNICAL.turns if turn.role == "user"]


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with openai_server() as found:
        yield found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, upstream: Upstream) -> Iterator[Running]:
    more = {
        "WORKBENCH_PROVIDER_URL": upstream.address,
        "WORKBENCH_PROVIDER_KEY": "sk-of-the-provider",
        "WORKBENCH_API_MAX_BODY_BYTES": "200000",
        "WORKBENCH_BREAKER_MIN_CALLS": "1000",  # these tests fail on purpose
    }
    with running_service(tmp_path_factory.mktemp("api"), **more) as found:
        yield found


@pytest.fixture
def api(service: Running, upstream: Upstream) -> Running:
    upstream.bodies.clear()
    upstream.headers.clear()
    upstream.release.clear()
    return service.begin()


def question(model: str = "gpt-4o", text: str = "Does Kafka keep order?", **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


def sse_events(body: bytes) -> list[bytes]:
    return [one.removeprefix(b"data: ") for one in body.split(b"\n\n") if one]


def test_an_answer_passes_through_and_is_recorded_byte_for_byte(api: Running, upstream: Upstream) -> None:
    body = question(user="priya", metadata={"conversation_id": "c1", "team": "t"}, session_id="s1", seed=7)
    answer = api.chat(body)
    assert answer.status_code == 200
    assert answer.json()["choices"][0]["message"]["content"] == ANSWER
    assert answer.json()["system_fingerprint"] == "kept as it is"
    assert json.loads(upstream.bodies[0]) == {**question(user="priya"), "seed": 7, "metadata": {"team": "t"}}
    assert upstream.headers[0]["authorization"] == "Bearer sk-of-the-provider"
    assert api.messages() == [("user", "Does Kafka keep order?"), ("assistant", ANSWER)]
    (call,) = api.calls()
    assert call.request is not None
    assert call.response is not None
    assert call.request.content() == upstream.bodies[0]
    assert call.response.content() == answer.content
    assert (call.status, call.model, call.source, call.operation) == ("ok", "gpt-4o-2026-01-01", "api", "complete")
    assert (call.tokens_input, call.tokens_output, call.tokens_cached) == (11, 9, 4)
    assert call.latency_ms is not None
    assert {(e.tenant_id, e.user_id, e.conversation_id, e.session_id) for e in api.events()} == {
        ("default", "default/priya", "c1", "s1")
    }


def test_an_image_goes_to_the_provider_as_it_came_and_is_recorded_by_reference(
    api: Running, upstream: Upstream
) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}}
    odd = {"type": "hologram", "hologram": {"a": None}}
    body = question()
    body["messages"][0]["content"] = [{"type": "text", "text": "What is this?"}, picture, odd]
    assert api.chat({**body, "metadata": {"conversation_id": "c-image"}}).status_code == 200
    assert json.loads(upstream.bodies[0])["messages"] == body["messages"]
    # the sha256 of the eight bytes that begin a PNG
    sha256 = "4c4b6a3be1314ab86138bef4314dde022e600960d8689a2c8f8631802d20dab6"
    said = f"What is this?\n[image image/png 8 bytes sha256:{sha256}]\n[other hologram]"
    assert api.messages() == [("user", said), ("assistant", ANSWER)]
    (call,) = api.calls()
    assert call.request is not None
    assert call.request.content() == upstream.bodies[0]


def test_a_streamed_answer_arrives_in_pieces_and_ends_after_it_is_recorded(api: Running) -> None:
    with api.client.stream("POST", "/v1/chat/completions", json=question(stream=True)) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        pieces = b""
        for piece in answer.iter_bytes():
            pieces += piece
            if b"[DONE]" in pieces:
                assert len(api.calls()) == 1  # durable before the client can know that it is over
    chunks = sse_events(pieces)
    assert chunks[-1] == b"[DONE]"
    text = "".join(choice["delta"].get("content", "") for one in chunks[:-1] for choice in json.loads(one)["choices"])
    assert text.strip() == ANSWER
    (call,) = api.calls()
    assert call.response is not None
    assert call.response.content() == pieces
    assert (call.operation, call.tokens_output) == ("stream", 9)
    assert call.ttft_ms is not None
    assert call.latency_ms is not None
    assert call.ttft_ms <= call.latency_ms
    assert api.messages()[-1] == ("assistant", text)


@pytest.mark.parametrize(
    ("model", "status", "code", "recorded"),
    [
        ("rate-limited", 429, "rate_limit_exceeded", ("refused", 429)),
        ("filtered", 400, "content_filter", ("refused", 400)),
        ("broken", 502, "server_error", ("error", 500)),
        ("wrong-key", 502, "invalid_api_key", ("error", 401)),
        ("not-json", 502, "malformed_response", ("error", 200)),
        ("no-choices", 502, "malformed_response", ("error", 200)),
    ],
)
def test_a_failure_of_the_provider_is_told_in_openais_shape_and_recorded_as_a_call(
    api: Running, model: str, status: int, code: str, recorded: tuple[str, int | None]
) -> None:
    streams = [False] if code == "malformed_response" else [False, True]  # a stream of nonsense fails inside: below
    for stream in streams:
        answer = api.begin().chat(question(model, stream=stream))
        _is_told_and_recorded(api, answer, status=status, code=code, recorded=recorded)


def _is_told_and_recorded(
    api: Running, answer: httpx.Response, *, status: int, code: str, recorded: tuple[str, int | None]
) -> None:
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert set(error) == {"message", "type", "param", "code"}
    (call,) = api.calls()
    assert ((call.status, call.http_status), call.latency_ms) == (recorded, None)
    assert (call.response is None) == (code == "timeout")
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)
    assert ("assistant", ANSWER) not in api.messages()


def test_a_provider_that_hangs_is_a_timeout(tmp_path: Path, upstream: Upstream) -> None:
    upstream.release.clear()
    more = {"WORKBENCH_PROVIDER_URL": upstream.address, "WORKBENCH_PROVIDER_TIMEOUT_S": "0.5"}
    with running_service(tmp_path, **more) as api:
        for stream in (False, True):
            answer = api.begin().chat(question("hang", stream=stream))
            _is_told_and_recorded(api, answer, status=504, code="timeout", recorded=("timeout", None))


@pytest.mark.parametrize(
    ("model", "code"),
    [
        ("cut-off", "stream_cut_off"),
        ("bad-chunk", "malformed_response"),
        ("error-inside", "overloaded"),
        ("not-json", "stream_cut_off"),
    ],
)
def test_a_stream_that_fails_inside_ends_with_an_error_and_never_with_done(api: Running, model: str, code: str) -> None:
    answer = api.chat(question(model, stream=True, metadata={"conversation_id": f"stream-{model}"}))
    assert answer.status_code == 200
    assert b"[DONE]" not in answer.content
    assert json.loads(sse_events(answer.content)[-1])["error"]["code"] == code
    (call,) = api.calls()
    assert (call.status, call.error_code, call.latency_ms, call.ttft_ms) == ("error", code, None, None)
    assert call.response is not None
    assert [role for role, _ in api.messages()] == ["user"]


def test_a_client_that_leaves_a_stream_leaves_a_call_that_says_so(api: Running, upstream: Upstream) -> None:
    with api.client.stream("POST", "/v1/chat/completions", json=question("slow-stream", stream=True)) as answer:
        next(answer.iter_bytes())
    wait_until(lambda: len(api.calls()) == 1)
    (call,) = api.calls()
    assert (call.status, call.error_code, call.latency_ms) == ("error", "client_closed", None)
    assert call.response is not None
    assert b"Kafka" in call.response.content()
    assert api.messages() == [("user", "Does Kafka keep order?")]


def test_a_replayed_conversation_is_recorded_turn_by_turn_whoever_sends_the_history(api: Running) -> None:
    history: list[dict[str, str]] = []
    for turn in TECHNICAL.turns:
        history.append({"role": turn.role, "content": turn.text})
        if turn.role == "user":
            metadata = {"conversation_id": "mine", "recording": TECHNICAL.conversation_id}
            answer = api.chat({"model": "replay:technical", "messages": history, "metadata": metadata})
            assert answer.status_code == 200
            assert answer.headers["x-workbench-replay"] == "true"
            assert answer.json()["model"] == "replay:technical"
    assert api.messages() == [(turn.role, turn.text) for turn in TECHNICAL.turns]
    assert {call.source for call in api.calls()} == {"replay"}


def test_the_same_idempotency_key_gives_the_same_answer_and_no_new_events(api: Running, upstream: Upstream) -> None:
    headers: dict[str, str] = {}
    for stream in (False, True):
        body = question(stream=stream)
        headers = {"idempotency-key": f"k{stream}"}
        first, second = api.chat(body, headers=headers), api.chat(body, headers=headers)
        assert first.content == second.content
        assert "idempotent-replayed" not in first.headers
        assert second.headers["idempotent-replayed"] == "true"
    assert len(upstream.bodies) == 2
    assert len(api.events()) == 6
    assert api.chat(question(text="other"), headers=headers).status_code == 422


def test_a_retry_after_a_failure_records_the_turn_once_and_both_calls(api: Running, upstream: Upstream) -> None:
    metadata = {"conversation_id": "c1"}
    assert api.chat(question("broken", metadata=metadata)).status_code == 502
    assert api.chat(question("gpt-4o", metadata=metadata)).status_code == 200
    assert [role for role, _ in api.messages()] == ["user", "assistant"]
    assert [call.status for call in api.calls()] == ["error", "ok"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"model": "m", "messages": [', 400, "invalid_json"),
        (b'{"model": "m", "messages": [], "x": NaN}', 400, "invalid_json"),
        (b'{"model": "m", "messages": [{"role": "user", "content": "\xff"}]}', 400, "invalid_json"),
        (b'{"model": "m", "messages": [{"role": "user", "content": "\\ud83d"}]}', 400, "invalid_json"),
        (b'{"model": 1, "messages": []}', 400, "invalid_value"),
        (b'{"model": "replay:films", "messages": [{"role": "user", "content": "x"}]}', 404, "model_not_found"),
        (b'{"model": "replay", "messages": [{"role": "user", "content": "??!"}]}', 404, "recording_not_found"),
        (b" " * 200_001, 413, "request_too_large"),
    ],
)
def test_bad_input_gets_one_sentence_in_openais_shape(api: Running, content: bytes, status: int, code: str) -> None:
    answer = api.chat(content=content)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert len([call for call in api.calls() if call.status == "ok"]) == 0


def test_a_body_of_unknown_length_is_cut_at_the_limit(api: Running) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 50_000_000:
            sent += 10_000
            yield b" " * 10_000

    try:
        answer = api.client.post("/v1/chat/completions", content=endless())
        assert answer.status_code == 413
    except httpx.WriteError:
        pass  # the server closed the connection while the client still wrote
    assert sent < 50_000_000


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic abc"])
def test_without_the_token_nothing_is_read_and_nothing_recorded(api: Running, header: str) -> None:
    answer = api.client.post("/v1/chat/completions", json=question(), headers={"authorization": header})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"]["code"] == "invalid_api_key"
    assert api.events() == []


def test_unknown_routes_and_methods_are_told_in_the_same_shape(api: Running) -> None:
    assert api.client.get("/v1/nothing").json()["error"]["code"] == "not_found"
    wrong = api.client.get("/v1/chat/completions")
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (405, "method_not_allowed")


def test_a_provider_that_keeps_failing_is_not_called_for_a_while(tmp_path: Path, upstream: Upstream) -> None:
    upstream.bodies.clear()
    more = {"WORKBENCH_PROVIDER_URL": upstream.address, "WORKBENCH_BREAKER_OPEN_S": "60"}
    with running_service(tmp_path, **more) as api:
        for _ in range(5):
            api.chat(question("broken"))
        answer = api.chat(question("gpt-4o"))
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.json()["error"]["code"] == "breaker_open"
        assert len(upstream.bodies) == 5
        assert api.calls()[-1].error_code == "breaker_open"
        assert api.chat({"model": "replay", "messages": [{"role": "user", "content": SAID[0]}]}).status_code == 200
        breakers = api.client.get("/v1/bigdata/health").json()["details"]["breakers"]
        assert {breakers[name]["state"] for name in breakers if name != "provider:replay"} == {"open"}


def test_many_requests_at_once_are_each_answered_and_recorded_once(api: Running) -> None:
    def one(number: int) -> int:
        metadata = {"conversation_id": f"c{number}", "recording": TECHNICAL.conversation_id}
        return api.chat(question("replay:technical", SAID[0], metadata=metadata)).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(100))) == {200}
    events = api.events()
    assert len(events) == len({event.event_id for event in events}) == 300
    for number in range(100):
        types = [event.event_type for event in events if event.conversation_id == f"c{number}"]
        assert types == ["message.added", "llm.call.completed", "message.added"]


def test_personal_data_is_masked_in_every_event_and_not_in_the_answer(tmp_path: Path, upstream: Upstream) -> None:
    more = {"WORKBENCH_PROVIDER_URL": upstream.address, "WORKBENCH_REDACTION": "mask"}
    with running_service(tmp_path, **more) as api:
        assert api.chat(question(text="write to priya@northwind.example")).status_code == 200
        assert b"priya" in upstream.bodies[-1]
        everything = b"".join(one.body for one in api.service.outbox.pending(100))
        assert b"northwind" not in everything
        assert everything.count(b"[email]") == 2


def test_an_outbox_that_cannot_be_written_gives_503_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    with running_service(tmp_path) as api:
        body = {"model": "replay", "messages": [{"role": "user", "content": SAID[0]}]}
        before = len(api.events())
        other = sqlite3.connect(api.service.settings.outbox_path, timeout=30)
        other.execute("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk'); END")
        other.close()
        answer = api.chat(body)
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "outbox_unavailable"
        assert answer.headers["retry-after"] == "2"
        assert "disk" not in answer.text
        streamed = api.chat({**body, "stream": True})
        assert b"[DONE]" not in streamed.content
        assert b"outbox_unavailable" in streamed.content
        assert len(api.events()) == before


def test_a_large_request_is_claim_checked_and_still_byte_exact(tmp_path: Path) -> None:
    with running_service(tmp_path) as api:
        body = question("replay", SAID[0], padding="x" * 5_000_000)
        raw = json.dumps(body).encode()
        assert api.chat(content=raw).status_code == 200
        call = next(one for one in api.events() if one.event_type == "llm.call.completed")
        assert call.payload_ref is not None
        assert json.loads(api.service.outbox.blobs.get(call.payload_ref.sha256))["request"]["text"].encode() == raw


def test_the_port_of_another_program_is_one_clear_line() -> None:
    from workbench.api.server import bind
    from workbench.errors import PortTakenError

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortTakenError, match="is taken by another program"):
            bind("127.0.0.1", other.getsockname()[1])
