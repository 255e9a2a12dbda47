"""Closing conversations and asking what was learned, over HTTP: statuses, shapes, tenants, evidence."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.learning_corpora import conversation
from tests.integration.api_service import Running, running_service
from tests.integration.learning_rows import completed, learn, messages, store, tell
from workbench.database import migrations
from workbench.events.codec import decode_payload
from workbench.events.completion import completion_id
from workbench.events.payloads import ConversationCompleted
from workbench.pipelines.publish import Publisher
from workbench.settings import Settings

SPOKEN = {
    "model": "replay:technical",
    "metadata": {"conversation_id": "talk"},
    "messages": [{"role": "user", "content": "Hi"}],
}


def completions(service: Running) -> list[ConversationCompleted]:
    found = [decode_payload(one) for one in service.events() if one.event_type == "conversation.completed"]
    return [one for one in found if isinstance(one, ConversationCompleted)]


def test_a_conversation_is_closed_once_before_any_store_has_it(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        service.chat(SPOKEN)
        first = service.client.post("/v1/conversations/talk/close")
        again = service.client.post("/v1/conversations/talk/close")
        assert (first.status_code, again.status_code) == (200, 200)
        assert first.json() == {
            "conversation_id": "talk",
            "status": "completed",
            "event_id": completion_id("default", "talk"),
            "already_completed": False,
        }
        assert again.json()["already_completed"]
        assert [(one.reason, one.message_count) for one in completions(service)] == [
            ("closed", len(service.messages()))
        ]


def test_an_unknown_conversation_cannot_be_closed_and_nobody_without_the_token_can(tmp_path: Path) -> None:
    with running_service(tmp_path) as service:
        unknown = service.client.post("/v1/conversations/nobody's/close")
        assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "conversation_not_found")
        refused = service.client.post("/v1/conversations/talk/close", headers={"authorization": "Bearer wrong"})
        assert refused.status_code == 401
        assert completions(service) == []


@pytest.mark.parametrize("route", ["insights", "patterns"])
def test_switched_off_is_a_503_that_says_so(tmp_path: Path, route: str) -> None:
    with running_service(tmp_path) as service:
        answer = service.client.get(f"/v1/learning/{route}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "component_disabled")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "1.5", "", "0000000019999999999999", "1" * 5_000])
def test_a_limit_outside_1_to_100_is_a_400(tmp_path: Path, limit: str) -> None:
    with running_service(tmp_path) as service:
        answer = service.client.get("/v1/learning/insights", params={"limit": limit})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "limit")


@pytest.mark.postgresql
def test_insights_and_patterns_have_helixagents_keys_and_name_their_evidence(fresh: Settings) -> None:
    migrations.apply(fresh)
    said = [
        conversation(n, "default/fan", [("user", "I prefer short answers."), ("assistant", "Fine.")]) for n in range(6)
    ]
    said += [conversation(100 + n, f"u{n % 5}", [("user", "I saw a film."), ("assistant", "Oh.")]) for n in range(30)]
    for tenant_id in ("default", "other"):
        store(fresh, [event for one in said for event in messages(one, tenant_id=tenant_id)])
    tell(fresh, [completed(one) for one in said])
    with Publisher(fresh, upload_blob=None) as publisher:
        learn(fresh, publisher)
    with running_service(fresh.home, stack=True, BIGDATA_ENABLE_KNOWLEDGE_GRAPH="false") as service:
        body = service.client.get("/v1/learning/insights").json()
        assert list(body) == ["insights", "count", "limit"]
        (insight,) = body["insights"]
        assert list(insight) == [
            *("insight_id", "user_id", "insight_type", "title", "description", "confidence", "impact", "created_at"),
            "metadata",
        ]
        assert (insight["user_id"], insight["insight_type"]) == ("default/fan", "user_preference")
        evidence = insight["metadata"]["evidence"]
        assert [one["conversation_id"] for one in evidence] == [f"c{n}" for n in range(6)]
        assert evidence[0]["message_ids"] == [messages(said[0])[0].event_id]
        patterns = service.client.get("/v1/learning/patterns", params={"type": "user_preference"}).json()
        assert list(patterns) == ["patterns", "type", "count"]
        assert insight["insight_id"] in {one["pattern_id"] for one in patterns["patterns"]}
        assert list(patterns["patterns"][0]) == [
            *("pattern_id", "pattern_type", "description", "frequency", "confidence", "first_seen", "last_seen"),
            *("examples", "metadata"),
        ]
        none = service.client.get("/v1/learning/patterns", params={"type": "'; DROP TABLE x; --"})
        assert (none.status_code, none.json()["count"]) == (200, 0)
        closed = service.client.post("/v1/conversations/c0/close").json()
        assert closed["already_completed"] is False  # told to the learner, but never stored as completed
    with running_service(
        fresh.home, stack=True, BIGDATA_ENABLE_KNOWLEDGE_GRAPH="false", WORKBENCH_API_TENANT="other"
    ) as service:
        assert service.client.get("/v1/learning/insights").json()["insights"] == []
        assert service.client.get("/v1/learning/patterns").json()["patterns"] == []


@pytest.mark.kafka
@pytest.mark.postgresql
def test_the_command_closes_one_and_the_idle_ones_once(fresh: Settings) -> None:
    migrations.apply(fresh)
    said = [conversation(n, "u", [("user", "I saw a film."), ("assistant", "Oh.")]) for n in range(3)]
    store(fresh, [event for one in said for event in messages(one)])

    def close(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "workbench", "close", *arguments, "--json"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={"WORKBENCH_HOME": str(fresh.home), "PATH": "/usr/bin:/bin"},
        )

    assert '"closed": true' in close("c1").stdout
    assert '"closed": false' in close("c1").stdout
    assert '"conversations": 3, "completed": 2' in close("--idle-s", "60").stdout
    missing = close("nobody's")
    assert missing.returncode == 2
    assert "nothing is stored of conversation" in missing.stderr
