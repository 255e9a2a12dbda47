"""The stored context over HTTP: replay within a budget, stats and segments, of the token's tenant alone."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.integration.api_service import Running, closed_port, running_service
from tests.integration.context_batches import deliveries, message
from tests.integration.openai_server import Upstream, openai_server
from tests.integration.test_history import produce
from tests.stack_faults import Servers
from workbench.catalogue.tokens import count_tokens
from workbench.database import migrations
from workbench.events.envelope import Event
from workbench.pipelines.context_ingest import context_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

OFF = {
    f"BIGDATA_ENABLE_{name}": "false"
    for name in ("KNOWLEDGE_GRAPH", "ANALYTICS", "DATA_LAKE", "DISTRIBUTED_MEMORY", "CROSS_LEARNING")
}
SAID = [
    message(n, text=f"Note {n}: host H{n} of Acme has port {20_000 + n}. It was not moved in 2024. Fine.", at_s=60 * n)
    for n in range(1, 101)
]


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with openai_server() as found:
        yield found


@pytest.fixture
def api(fresh: Settings, upstream: Upstream) -> Iterator[Running]:
    migrations.apply(fresh)
    store(fresh, SAID)
    with running_service(fresh.home, stack=True, WORKBENCH_PROVIDER_URL=upstream.address, **OFF) as found:
        yield found


def store(settings: Settings, events: list[Event]) -> None:
    sink = context_sink(settings)
    sink.write(Batch(deliveries(events)))
    sink.close()


def replay(api: Running, status: int = 200, **body: Any) -> Any:
    answer = api.client.post("/v1/context/replay", json={"conversation_id": "c", **body})
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_replay_honours_strategy_and_budget_and_has_the_originals_keys(api: Running) -> None:
    for asked, used in (("window", "window_summary"), ("entity", "entity_graph"), ("full", "full"), ("", "hybrid")):
        found = replay(api, max_tokens=800, compression_strategy=asked)
        stats = found["compression_stats"]
        assert (stats["strategy"], found["compressed"], stats["method"]) == (used, True, "extractive")
        spent = sum(count_tokens(one["content"]) + 4 for one in found["messages"])
        assert found["total_tokens"] == stats["compressed_tokens"] == spent <= 800
        assert (stats["original_messages"], stats["compressed_messages"]) == (100, len(found["messages"]))
        assert stats["compression_ratio"] == pytest.approx(spent / stats["original_tokens"])
        assert 0 < stats["quality_score"] < 1
        assert stats["duration"] > 0
        for one in found["messages"]:
            assert {"role", "content", "timestamp", "metadata"} == set(one)
    assert {"id", "name", "type", "importance", "properties"} == set(found["entities"][0])
    small = replay(api, max_tokens=200)["compression_stats"]["quality_score"]
    assert small < replay(api, max_tokens=1_600)["compression_stats"]["quality_score"]


def test_a_replay_that_fits_is_the_conversation_as_it_was_said(api: Running) -> None:
    found = replay(api, max_tokens=100_000)
    assert (found["compressed"], found["compression_stats"]) == (False, None)
    assert [one["content"] for one in found["messages"]] == [f"{one}" for one in (said_text(n) for n in range(1, 101))]
    first = found["messages"][0]
    assert first["metadata"] == {
        "message_id": SAID[0].event_id,
        "model": "gpt-4o",
        "tokens": count_tokens(said_text(1)),
        "sequence": 1,
    }
    assert first["timestamp"] == "2026-01-31T12:01:00.000000Z"


def said_text(n: int) -> str:
    return f"Note {n}: host H{n} of Acme has port {20_000 + n}. It was not moved in 2024. Fine."


def test_a_replay_that_cannot_be_made_says_why(api: Running) -> None:
    wrong: list[tuple[dict[str, Any], int, str | None]] = [
        ({"max_tokens": -1}, 400, "max_tokens"),
        ({"max_tokens": 10**9}, 400, "max_tokens"),
        ({"max_tokens": "many"}, 400, "max_tokens"),
        ({"compression_strategy": "gzip"}, 400, "compression_strategy"),
        ({"conversation_id": ""}, 400, "conversation_id"),
        ({"query": "x" * 3_000}, 400, "query"),
        ({"max_token": 5}, 400, None),
        ({"conversation_id": "nobody's"}, 404, None),
    ]
    for body, status, param in wrong:
        assert replay(api, status, **body)["error"]["param"] == param, body


def test_stats_count_what_is_stored_and_say_404_of_the_unknown(api: Running) -> None:
    found = api.client.get("/v1/context/stats/c").json()
    assert (found["conversation_id"], found["message_count"], found["compressed"]) == ("c", 100, False)
    assert found["total_tokens"] == sum(count_tokens(said_text(n)) for n in range(1, 101))
    assert found["entity_count"] > 0
    assert found["snapshot_id"] is None
    assert api.client.get("/v1/context/stats/nobody's").status_code == 404
    assert api.client.get("/v1/context/segments/nobody's").status_code == 404


def test_segments_come_by_priority_with_the_parts_of_their_scores(api: Running) -> None:
    found = api.client.get("/v1/context/segments/c").json()
    rows = found["segments"]
    assert found["count"] == len(rows) > 1
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["priority"] for row in rows] == sorted((row["priority"] for row in rows), reverse=True)
    assert {"importance", "recency", "entity_ratio", "number_ratio", "pinned", "heat"} <= set(rows[0])


def test_another_tenants_conversation_of_the_same_name_is_never_given(fresh: Settings, api: Running) -> None:
    store(fresh, [message(n, text="secret", conversation_id="theirs", tenant_id="other") for n in range(3)])
    assert replay(api, 404, conversation_id="theirs")["error"]["code"] == "conversation_not_found"
    assert api.client.get("/v1/context/stats/theirs").status_code == 404
    assert api.client.get("/v1/context/segments/theirs").status_code == 404


def test_without_postgresql_a_replay_comes_from_kafka(fresh: Settings, api: Running, servers: Servers) -> None:
    produce(fresh, SAID)
    with servers.gone("postgresql"):
        found = replay(api, max_tokens=800)
        assert (found["source"], found["compression_stats"]["original_messages"]) == ("kafka", 100)
        answer = api.client.get("/v1/context/stats/c")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_unavailable")


def test_a_chat_says_what_its_window_holds_and_cuts_a_message_only_when_asked(api: Running) -> None:
    body = {
        "model": "gpt-4",
        "messages": [{"role": "user", "content": "Which port has H7?"}],
        "metadata": {"conversation_id": "c"},
    }
    header = api.chat(body).headers["x-workbench-window"]
    assert header.startswith("source=postgresql; tokens=")
    assert "dropped=0" in header
    large = {**body, "messages": [{"role": "user", "content": "BEGIN " + "x y z " * 20_000 + "END"}]}
    refused = api.chat(large)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "context_length_exceeded")
    cut = api.chat(large, headers={"x-workbench-oversize": "cut"})
    assert cut.status_code == 200
    assert "cut=1" in cut.headers["x-workbench-window"]
    assert api.chat(body, headers={"x-workbench-oversize": "burn"}).status_code == 400


def test_a_replay_is_summarised_by_a_model_where_one_is_set(fresh: Settings, upstream: Upstream) -> None:
    migrations.apply(fresh)
    store(fresh, SAID)
    more = {"WORKBENCH_PROVIDER_URL": upstream.address, "WORKBENCH_COMPRESSION_MODEL": "short"}
    with running_service(fresh.home, stack=True, **more, **OFF) as api:
        upstream.answers["short"] = ["Host H3 of Acme has port 20003 #3.", 500]
        found = replay(api, max_tokens=300)
        assert found["compression_stats"]["method"] == "abstractive"
        assert found["messages"][0]["content"] == "Host H3 of Acme has port 20003 #3."
        assert found["messages"][0]["metadata"]["turn_ids"] == [SAID[2].event_id]
        failed = replay(api, max_tokens=300)["compression_stats"]
        assert failed["method"] == "extractive_fallback"
        assert "500" in failed["fallback"]


def test_a_message_is_edited_deleted_and_pinned_by_its_tenant_alone(fresh: Settings, upstream: Upstream) -> None:
    migrations.apply(fresh)
    store(fresh, SAID[:3])
    store(fresh, [message(1, text="theirs", conversation_id="theirs", tenant_id="other")])
    first, second = (f"/v1/context/messages/{SAID[n].event_id}" for n in (0, 1))
    nowhere = {"BIGDATA_KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{closed_port()}"}
    where = {"conversation_id": "c"}
    with running_service(fresh.home, stack=True, WORKBENCH_REDACTION="mask", **nowhere, **OFF) as api:
        edited = api.client.patch(first, json={**where, "content": "Mail ana@example.org about H1."})
        assert edited.status_code == 202, edited.text
        assert api.client.delete(second, params=where).status_code == 202
        events = api.events()
        assert [one.event_type for one in events] == ["message.edited", "message.deleted"]
        assert edited.json()["event_id"] == events[0].event_id
        store(fresh, events)
        shown = [one["content"] for one in replay(api, max_tokens=10_000)["messages"]]
        assert len(shown) == 2
        assert "ana@example.org" not in shown[0]
        assert shown[0].endswith("about H1.")
        pinned = api.client.put(f"{first}/marks", json={**where, "pinned": True, "feedback": 1})
        assert pinned.json() == {"message_id": SAID[0].event_id, "pinned": True, "feedback": 1}
        segment = api.client.get("/v1/context/segments/c").json()["segments"][0]
        assert (segment["pinned"], segment["feedback"]) == (True, 1.0)
        theirs = f"/v1/context/messages/{message(1, conversation_id='theirs', tenant_id='other').event_id}"
        for conversation in ("theirs", "c"):
            body = {"conversation_id": conversation}
            assert api.client.patch(theirs, json={**body, "content": "mine"}).status_code == 404
            assert api.client.delete(theirs, params=body).status_code == 404
            assert api.client.put(f"{theirs}/marks", json={**body, "pinned": True}).status_code == 404
        assert api.client.put(f"{first}/marks", json={**where, "feedback": 7}).status_code == 400
        assert api.client.delete(first).status_code == 400
        assert api.client.patch(first, json={"content": "x"}).status_code == 400
        assert httpx.patch(f"{api.address}{first}", json={**where, "content": "x"}, trust_env=False).status_code == 401
        assert len(api.events()) == 2
