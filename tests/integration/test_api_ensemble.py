"""Ensembles over HTTP: rounds, votes, winners, failures, deadlines, and what is recorded of them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.api_service import Running, running_service
from tests.integration.openai_server import Upstream, openai_server
from workbench.events.codec import decode_payload
from workbench.events.payloads import DebateCompleted
from workbench.providers.recordings import recordings

TECHNICAL = next(iter(recordings("technical")))
ASKED = next(turn.text for turn in TECHNICAL.turns if turn.role == "user")
RECORDED = next(turn.text for turn in TECHNICAL.turns if turn.role == "assistant")


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with openai_server() as found:
        yield found


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, upstream: Upstream) -> Iterator[Running]:
    more = {
        "WORKBENCH_PROVIDER_URL": upstream.address,
        "WORKBENCH_BREAKER_MIN_CALLS": "1000",
        "WORKBENCH_ENSEMBLE_DEADLINE_S": "3",
        "WORKBENCH_ENSEMBLE_MAX_MEMBERS": "4",
    }
    with running_service(tmp_path_factory.mktemp("api"), **more) as found:
        yield found


@pytest.fixture
def api(service: Running, upstream: Upstream) -> Running:
    upstream.bodies.clear()
    upstream.answers.clear()
    upstream.release.clear()
    return service.begin()


def question(members: str, text: str = ASKED, **more: Any) -> dict[str, Any]:
    return {"model": f"ensemble:{members}", "messages": [{"role": "user", "content": text}], **more}


def debates(api: Running) -> list[DebateCompleted]:
    found = [decode_payload(one) for one in api.events() if one.event_type == "debate.completed"]
    return [one for one in found if isinstance(one, DebateCompleted)]


def test_two_rounds_and_a_vote_choose_the_answer_and_all_of_it_is_recorded(api: Running, upstream: Upstream) -> None:
    upstream.answers |= {
        "a": ["It is blue.", "It is green.", "The best is 2."],
        "b": ["Green.", "It is green, always.", "2"],
        "c": ["Red.", "Red.", "3"],
    }
    answer = api.chat(question("a,b,c", metadata={"conversation_id": "talk"}))
    assert answer.status_code == 200
    body = answer.json()
    assert body["object"] == "chat.completion"
    assert body["model"] == "b-2026-01-01"
    assert body["choices"][0]["message"]["content"] == "It is green, always."
    assert body["usage"] == {
        "prompt_tokens": 99,
        "completion_tokens": 81,
        "total_tokens": 180,
    }  # nine calls of 11 and 9
    assert body["ensemble"]["winner"] == {
        "position": 2,
        "provider": body["ensemble"]["winner"]["provider"],
        "model": "b",
        "replay": False,
    }
    assert body["ensemble"]["confidence"] == pytest.approx(2 / 3)
    assert [one["vote"] for one in body["ensemble"]["turns"] if one["kind"] == "vote"] == [2, 2, 3]

    sent = [json.loads(one) for one in upstream.bodies]
    second = next(one for one in sent[3:6] if one["model"] == "a")["messages"]
    assert second[1] == {"role": "assistant", "content": "It is blue."}
    assert "[2]\nGreen." in second[2]["content"]  # the others' answers, not its own
    assert "It is blue." not in second[2]["content"]

    assert [one.call_id.rpartition("-")[2] for one in api.calls()] == [
        f"r{r}m{m}" for r in (1, 2, 3) for m in (1, 2, 3)
    ]
    assert api.messages() == [("user", ASKED), ("assistant", "It is green, always.")]
    (debate,) = debates(api)
    assert debate.debate_id == body["ensemble"]["debate_id"] == f"debate-{answer.headers['x-request-id']}"
    assert (debate.rounds, debate.outcome, debate.total_tokens) == (2, "successful", 180)
    assert debate.winner_model == "b-2026-01-01"
    assert [(one.round, one.position, one.kind, one.won) for one in debate.turns if one.won] == [
        (1, 2, "answer", True),
        (2, 2, "answer", True),
    ]
    assert {one.call_id for one in debate.turns} == {one.call_id for one in api.calls()}


def test_members_that_agree_need_neither_another_round_nor_a_vote(api: Running, upstream: Upstream) -> None:
    upstream.answers |= {"a": ["Green."], "b": ["green. "]}
    body = api.chat(question("a,b")).json()
    assert (body["ensemble"]["rounds"], body["ensemble"]["confidence"]) == (1, 1.0)
    assert len(upstream.bodies) == 2


def test_a_failing_member_is_left_out_and_recorded(api: Running, upstream: Upstream) -> None:
    upstream.answers |= {"a": ["Green.", "Green!", "1"], "b": ["Green, green.", "Green.", "1"]}
    body = api.chat(question("a,broken,b")).json()
    assert body["ensemble"]["confidence"] == pytest.approx(2 / 3)  # all votes, two of three members
    failed = [one for one in body["ensemble"]["turns"] if one["error"]]
    assert [(one["round"], one["model"]) for one in failed] == [(1, "broken")]
    assert [(one.status, one.http_status) for one in api.calls() if one.status != "ok"] == [("error", 500)]
    assert all(one.latency_ms is None for one in api.calls() if one.status != "ok")
    (debate,) = debates(api)
    assert [one.error is not None for one in debate.turns if one.position == 2] == [True]


def test_when_nobody_answers_the_failure_is_the_answer_and_the_debate_is_recorded(api: Running) -> None:
    answer = api.chat(question("broken,filtered"))
    assert answer.status_code == 502
    assert "no member of the ensemble answered" in answer.json()["error"]["message"]
    assert "broken" in answer.json()["error"]["message"]
    (debate,) = debates(api)
    assert (debate.outcome, debate.winner, debate.confidence) == ("error", None, 0.0)
    assert len(api.calls()) == 2


def test_whoever_is_not_done_by_the_deadline_is_left_out(api: Running, upstream: Upstream) -> None:
    upstream.answers |= {"a": ["Green."], "b": ["Red."]}
    body = api.chat(question("a,hang,b")).json()
    upstream.release.set()
    assert body["choices"][0]["message"]["content"] == "Green."  # the vote is told: one each, and the first place wins
    assert [(one.status, one.error_code) for one in api.calls() if one.status != "ok"] == [
        ("timeout", "debate_deadline")
    ]


def test_replayed_members_are_marked_and_give_the_same_debate_each_time(api: Running) -> None:
    asked = question(
        "replay:technical,replay", metadata={"conversation_id": "r", "recording": TECHNICAL.conversation_id}
    )
    first, second = api.chat(asked), api.chat(asked)
    assert first.headers["x-workbench-replay"] == "true"
    assert first.json()["choices"] == second.json()["choices"]
    assert first.json()["choices"][0]["message"]["content"] == RECORDED
    one, other = (answer.json()["ensemble"] for answer in (first, second))
    assert one | {"debate_id": ""} == other | {"debate_id": ""}
    assert all(turn["replay"] for turn in one["turns"])
    assert {call.source for call in api.calls()} == {"replay"}
    assert [debate.turns[0].source for debate in debates(api)] == ["replay", "replay"]


def test_a_replayed_winner_is_marked_in_a_mixed_ensemble(api: Running, upstream: Upstream) -> None:
    upstream.answers |= {"a": ["No idea.", "None.", "2"], "b": ["Hm.", "Well.", "2"]}
    asked = question("a,replay:technical,b", metadata={"recording": TECHNICAL.conversation_id, "ensemble_rounds": "2"})
    answer = api.chat(asked)
    assert answer.json()["ensemble"]["winner"]["replay"]
    assert answer.headers["x-workbench-replay"] == "true"
    assert "ensemble_rounds" not in upstream.bodies[0].decode()


def test_a_stream_gives_the_winner_in_pieces_and_is_recorded_once(api: Running, upstream: Upstream) -> None:
    upstream.answers |= {"a": ["It is green, of course."], "b": ["It is green, of course."]}
    answer = api.chat(question("a,b", stream=True, stream_options={"include_usage": True}))
    events = [one.removeprefix(b"data: ") for one in answer.content.split(b"\n\n") if one]
    assert events[-1] == b"[DONE]"
    chunks = [json.loads(one) for one in events[:-1]]
    said = "".join(one["choices"][0]["delta"].get("content", "") for one in chunks if one["choices"])
    assert said == "It is green, of course."
    assert chunks[-1]["usage"]["total_tokens"] == 40
    assert len(debates(api)) == 1
    assert len(api.calls()) == 2


def test_the_same_idempotency_key_debates_once(api: Running, upstream: Upstream) -> None:
    headers = {"idempotency-key": "k1"}
    first = api.chat(question("a,b"), headers=headers)
    again = api.chat(question("a,b"), headers=headers)
    assert first.content == again.content
    assert len(upstream.bodies) == 2
    assert len(debates(api)) == 1


@pytest.mark.parametrize(
    ("members", "status", "code"),
    [
        ("a", 400, "invalid_ensemble"),
        ("a,,b", 400, "invalid_ensemble"),
        ("", 400, "invalid_ensemble"),
        ("a,b,c,d,e", 400, "invalid_ensemble"),
        ("a,ensemble:b", 400, "invalid_ensemble"),
        ("a,replay:nowhere", 404, "model_not_found"),
    ],
)
def test_what_is_no_ensemble_is_refused_clearly_and_nothing_is_called(
    api: Running, upstream: Upstream, members: str, status: int, code: str
) -> None:
    answer = api.chat(question(members))
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["param"] == "model"
    assert upstream.bodies == []
    assert debates(api) == []


@pytest.mark.parametrize("rounds", ["0", "5", "two", "-1", "0005", "00019999999", "²", "1" * 5_000])
def test_rounds_are_bounded(api: Running, upstream: Upstream, rounds: str) -> None:
    answer = api.chat(question("a,b", metadata={"ensemble_rounds": rounds}))
    assert answer.status_code == 400
    assert "ensemble_rounds" in answer.json()["error"]["message"]
    assert upstream.bodies == []


def test_without_a_provider_live_members_are_not_found(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        answer = service.chat(question("gpt-4o,replay"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
    assert "WORKBENCH_PROVIDER_URL" in answer.json()["error"]["message"]
