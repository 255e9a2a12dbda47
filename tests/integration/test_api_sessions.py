"""Conversations go on: after a killed service, beside another writer, and only with consent across sessions."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.api_service import Running, running_service
from tests.integration.openai_server import Upstream, openai_server
from tests.integration.service_process import ServiceProcess, worker
from tests.stack_waits import eventually
from workbench.database import migrations
from workbench.settings import Settings

OFF = {
    f"BIGDATA_ENABLE_{name}": "false"
    for name in ("KNOWLEDGE_GRAPH", "ANALYTICS", "DATA_LAKE", "CROSS_LEARNING", "DISTRIBUTED_MEMORY")
}


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with openai_server() as found:
        yield found


def turn(text: str, **more: Any) -> dict[str, Any]:
    own = {"conversation_id": "talk", "session_id": "monday", "user": "alice"}
    return {"model": "m", "messages": [{"role": "user", "content": text}], **own, **more}


@pytest.mark.kafka
@pytest.mark.postgresql
def test_after_kill_9_in_the_middle_the_session_goes_on_at_the_same_turn(fresh: Settings, upstream: Upstream) -> None:
    migrations.apply(fresh)
    environ = {**OFF, "WORKBENCH_PROVIDER_URL": upstream.address}
    with worker(fresh, "context"), ServiceProcess(fresh, **environ) as service:

        def resumed() -> dict[str, Any]:
            answer = service.client.post("/v1/sessions/monday/resume", json={"user": "alice"})
            return answer.json() if answer.status_code == 200 else {"sequence": 0}

        for number in range(3):
            answer = service.client.post("/v1/chat/completions", json=turn(f"question {number}"))
            assert answer.status_code == 200, answer.text
        service.client.put("/v1/sessions/monday", json={"user": "alice", "state": {"step": 3}, "expected_version": 0})
        service.kill()
        service.start()
        eventually(lambda: resumed()["sequence"] == 6, "all turns that were answered are stored", timeout_s=60)
        found = resumed()
        assert (found["conversation_id"], found["next_sequence"], found["state"]) == ("talk", 7, {"step": 3})
        assert [one["sequence"] for one in found["turns"]] == [1, 2, 3, 4, 5, 6]
        assert found["turns"][0]["text"] == "question 0"
        assert found["intact"]
        after = service.client.post(
            "/v1/chat/completions", json=turn("question 3"), headers={"x-expected-sequence": "6"}
        )
        assert (after.status_code, after.headers["x-conversation-sequence"]) == (200, "8")
        assert resumed()["sequence"] == 8
        sent = upstream.bodies[-1].decode()
        assert "question 0" in sent, "the next window has what was said before the kill"


@pytest.fixture
def api(fresh: Settings, upstream: Upstream) -> Iterator[Running]:
    migrations.apply(fresh)
    more = {"WORKBENCH_PROVIDER_URL": upstream.address, "BIGDATA_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    with running_service(fresh.home, stack=True, **OFF, **more) as found:
        yield found


@pytest.mark.postgresql
def test_a_turn_with_an_expected_sequence_has_its_place_or_is_refused_with_the_place(api: Running) -> None:
    first = api.chat(turn("one"), headers={"x-expected-sequence": "0"})
    assert (first.status_code, first.headers["x-conversation-sequence"]) == (200, "2")
    late = api.chat(turn("two"), headers={"x-expected-sequence": "0"})
    assert (late.status_code, late.headers["x-current"]) == (409, "2")
    assert late.json()["error"]["code"] == "conflict"
    assert api.chat(turn("two"), headers={"x-expected-sequence": "2"}).headers["x-conversation-sequence"] == "4"
    wrong = api.chat(turn("x"), headers={"x-expected-sequence": "-1"})
    assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "x-expected-sequence")
    assert [text for role, text in api.messages() if role == "user"] == ["one", "two"], "refused turns are not recorded"


@pytest.mark.postgresql
def test_states_have_versions_and_sessions_an_owner(api: Running) -> None:
    assert api.client.get("/v1/sessions/s").status_code == 404
    made = api.client.put("/v1/sessions/s", json={"state": {"a": [1, {"b": None}]}, "expected_version": 0})
    assert (made.status_code, made.json()["version"], made.json()["state"]) == (200, 1, {"a": [1, {"b": None}]})
    stale = api.client.put("/v1/sessions/s", json={"state": {}, "expected_version": 0})
    assert (stale.status_code, stale.headers["x-current"]) == (409, "1")
    assert api.client.get("/v1/sessions/s", params={"user": "bob"}).status_code == 404
    assert api.client.put("/v1/sessions/s", json={"status": "closed"}).json()["status"] == "closed"
    assert api.client.post("/v1/sessions/s/resume").status_code == 400
    assert api.client.get("/v1/sessions/s").json()["state"] == {"a": [1, {"b": None}]}
    assert api.client.put("/v1/sessions/s", json={"state": {"x": "y" * 70_000}}).status_code == 400
    assert api.client.put("/v1/sessions/s", json={"status": "gone"}).json()["error"]["param"] == "status"


@pytest.mark.postgresql
def test_recall_over_http_finds_what_was_said_in_another_session_with_consent_only(api: Running) -> None:
    said = turn("My cat is called Kasimir.", conversation_id="monday-talk", session_id="monday")
    assert api.chat(said, headers={"x-expected-sequence": "0"}).status_code == 200
    question = {"user": "alice", "query": "What is my cat called?", "conversation_id": "tuesday-talk"}
    assert api.client.post("/v1/recall", json=question).json() == {"turns": [], "count": 0}
    api.client.put("/v1/consent", json={"user": "alice", "cross_session_recall": True})
    found = api.client.post("/v1/recall", json=question).json()["turns"]
    assert (found[0]["text"], found[0]["session_id"]) == ("My cat is called Kasimir.", "monday")
    assert api.client.post("/v1/recall", json={**question, "user": "bob"}).json()["count"] == 0


@pytest.mark.postgresql
def test_consent_is_no_until_it_is_given_and_can_be_withdrawn(api: Running) -> None:
    asked = {"user": "alice"}
    before = api.client.get("/v1/consent", params=asked).json()
    assert (before["cross_session_recall"], before["changed_at"]) == (False, None)
    assert api.client.put("/v1/consent", json={**asked, "cross_session_recall": True}).status_code == 200
    assert api.client.get("/v1/consent", params=asked).json()["cross_session_recall"] is True
    assert api.client.get("/v1/consent", params={"user": "bob"}).json()["cross_session_recall"] is False
    assert api.client.put("/v1/consent", json={**asked, "cross_session_recall": False}).status_code == 200
    assert api.client.get("/v1/consent", params=asked).json()["cross_session_recall"] is False
    assert api.client.put("/v1/consent", json=asked).status_code == 400
