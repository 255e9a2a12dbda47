"""The knowledge routes on the real Neo4j: shape, bounds, tenants, every plane of Unicode, and a server that is gone."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.integration.api_service import Running, running_service, wait_until
from tests.queries.graph.given import deliveries, fill
from tests.stack_faults import Servers
from workbench.api import knowledge
from workbench.graph import constraints
from workbench.health.probes import Rhythm
from workbench.pipelines.graph_ingest import graph_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch, Positions, TopicPartition

ENTITY_FIELDS = {"id", "type", "name", "value", "confidence", "importance", "properties", "created_at", "updated_at"}
"""HelixAgent's names of an entity's fields."""

OFF = {f"BIGDATA_ENABLE_{name}": "false" for name in ("INFINITE_CONTEXT", "ANALYTICS", "DATA_LAKE")}
QUICK = Rhythm(interval_s=0.5, retry_s=0.2, deadline_s=4.0)
NAMED = {"message": "m1", "conversation": "c1"}


@pytest.fixture
def api(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setattr(knowledge, "DEADLINE_S", 60.0)  # a busy machine is not what is tested here
    monkeypatch.setattr(knowledge, "READ_S", 60.0)
    constraints.apply(fresh)
    with running_service(fresh.home, rhythm=QUICK, stack=True, **OFF) as found:
        found.client.timeout = httpx.Timeout(90.0)
        yield found


def related(api: Running, entity_id: str, **query: Any) -> httpx.Response:
    return api.client.get(f"/v1/knowledge/related/{quote(entity_id, safe='')}", params=query)


def search(api: Running, **body: Any) -> httpx.Response:
    return api.client.post("/v1/knowledge/search", json=body)


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    found = body["related" if "related" in body else "results"]
    assert body["count"] == len(found)
    return [one["id"] for one in found]


@pytest.mark.neo4j
def test_related_entities_to_the_depth_that_is_asked_for(fresh: Settings, api: Running) -> None:
    fill(
        fresh,
        [
            NAMED,
            {"entity": "kafka", "in": "m1"},
            {"entity": "redis", "in": "m1", "confidence": 0.7},
            {"entity": "redis", "in": "m1", "start": 9},
            {"entity": "redis", "verb": "updated", "at_s": 5, "type": "database", "properties": {"major": 8}},
            {"link": ["kafka", "redis"], "in": "m1", "confidence": 0.8},
            {"link": ["redis", "lua"], "kind": "DEPENDS_ON"},
            {"link": ["kafka", "hidden"], "tenant": "other"},
        ],
    )
    body = related(api, "kafka").json()
    (redis,) = body["related"]
    assert set(redis) >= ENTITY_FIELDS
    assert (body["entity_id"], body["max_depth"], body["count"]) == ("kafka", 1, 1)
    assert (redis["id"], redis["type"], redis["confidence"], redis["importance"]) == ("redis", "database", 0.8, 1.0)
    assert (redis["properties"], redis["mentions"], redis["via_entity_id"]) == ({"major": 8}, 2, "kafka")
    assert (redis["created_at"], redis["updated_at"]) == ("2026-01-31T12:00:00.000000Z", "2026-01-31T12:00:05.000000Z")
    assert ids(related(api, "kafka", max_depth=2)) == ["redis", "lua"]
    assert ids(related(api, "kafka", max_depth=5, relationship_type="USES")) == ["redis"]
    assert ids(related(api, "kafka", entity_type="nothing")) == []
    assert ids(related(api, "kafka", min_confidence=0.9)) == []


@pytest.mark.neo4j
def test_what_is_wrong_is_said_and_never_taken_for_something_else(fresh: Settings, api: Running) -> None:
    fill(fresh, [{"link": ["a", "b"]}, {"link": ["x", "y"], "tenant": "other"}])
    for depth in ("0", "6", "two", ""):
        refused = related(api, "a", max_depth=depth)
        assert (refused.status_code, refused.json()["error"]["param"]) == (400, "max_depth")
        assert "from 1 to 5" in refused.json()["error"]["message"]
    for unknown in ("nobody", "x", "n" * 10_000):
        missing = related(api, unknown)
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "entity_not_found")
    assert related(api, "").status_code == 404
    for broken in ("%ED%A0%80", "%FF", "%00"):
        assert api.client.get(f"/v1/knowledge/related/{broken}").status_code == 404
    assert search(api, query="x", limit=101).status_code == 400
    assert search(api, query="x", filters=["colour=red"]).status_code == 400
    assert api.client.post("/v1/knowledge/search", content=b"{").status_code == 400
    assert api.client.post("/v1/knowledge/search", content=b'{"query": "\\ud800"}').status_code == 400
    with httpx.Client(base_url=api.address, trust_env=False) as stranger:
        assert stranger.get("/v1/knowledge/related/a").status_code == 401
        assert stranger.post("/v1/knowledge/search", json={"query": "a"}).status_code == 401
        text = stranger.get("/metrics").text
    assert 'helixagent_knowledge_request_duration_seconds_count{question="related",status="404"} 7.0' in text
    assert 'helixagent_api_refused_requests_total{reason="invalid_value"}' in text
    assert "nobody" not in text


@pytest.mark.neo4j
def test_ids_of_every_plane_of_unicode_travel_in_the_path(fresh: Settings, api: Running) -> None:
    names = [f"a/../{chr(0x10000 * plane + 0x21FB)}?#%2F;&=+ \\'\"" for plane in range(17)]
    fill(fresh, [{"link": [one, "hub"]} for one in names])
    for one in names:
        assert ids(related(api, one)) == ["hub"]
    assert sorted(ids(related(api, "hub"))) == sorted(names)


@pytest.mark.neo4j
def test_search_ranks_filters_and_takes_every_text_for_words(fresh: Settings, api: Running) -> None:
    fill(
        fresh,
        [
            NAMED,
            {"entity": "1", "name": "Kafka Streams", "type": "library"},
            {"entity": "2", "name": "Kafka", "in": "m1", "confidence": 0.8},
            {"entity": "3", "name": "Apache log", "aliases": ["kafka"]},
            {"entity": "4", "name": "Kafka", "tenant": "other"},
        ],
    )
    found = search(api, query="kafka").json()
    assert [one["id"] for one in found["results"]] == ["2", "3", "1"]
    assert set(found["results"][0]) >= ENTITY_FIELDS
    assert (found["results"][0]["exact"], found["results"][0]["confidence"]) == (True, 0.8)
    assert ids(search(api, query="kafka", limit=1)) == ["2"]
    assert ids(search(api, query="kafka", entity_type="library")) == ["1"]
    assert ids(search(api, query="kafka", filters=["conversation_id=c1"])) == ["2"]
    assert ids(search(api, query="kafka", filters=["min_mentions=1"])) == ["2"]
    for hostile in (
        '"',
        "a:b:c",
        "(((",
        "AND OR",
        "*",
        "~",
        "\\",
        "/x/",
        "[a TO b]",
        "}) MATCH (n) DETACH DELETE n //",
    ):
        assert search(api, query=hostile).status_code == 200, hostile
    assert ids(search(api, query="kafka")) == ["2", "3", "1"]


@pytest.mark.neo4j
def test_an_answer_says_which_offsets_it_reflects(fresh: Settings, api: Running) -> None:
    at = TopicPartition("helixagent.entities.updates", 3)
    sink = graph_sink(fresh)
    claim = sink.claim({at: "topic"})[at]
    told = [{"topic": at.topic, "partition": 3, "next_offset": 0}]
    assert search(api, query="kafka").json() == {"results": [], "count": 0, "reflects": told}
    rows = [{"entity": "kafka"}, {"link": ["kafka", "redis"]}]
    sink.write(Batch(deliveries(rows, at=at), {at: Positions(0, 2, claim.epoch)}))
    sink.close()
    for answer in (search(api, query="kafka"), related(api, "kafka")):
        assert answer.json()["count"] == 1
        assert answer.json()["reflects"] == [{**told[0], "next_offset": 2}]


@pytest.mark.neo4j
def test_without_neo4j_the_routes_say_when_to_ask_again_and_come_back(
    fresh: Settings, api: Running, servers: Servers
) -> None:
    fill(fresh, [{"link": ["a", "b"]}])
    assert ids(related(api, "a")) == ["b"]
    with servers.gone("neo4j"):
        for _ in range(8):
            refused = related(api, "a")
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "store_unavailable")
            assert int(refused.headers["retry-after"]) >= 1
        breaker = api.client.get("/v1/bigdata/health").json()["details"]["dependencies"]["neo4j"]["breaker"]
        assert breaker["state"] == "open"
        took = []
        for _ in range(5):
            started = time.monotonic()
            assert search(api, query="x").status_code == 503
            took.append(time.monotonic() - started)
        assert min(took) < 0.5  # nobody is asked
        assert api.client.get("/readyz").status_code == 200
    wait_until(lambda: related(api, "a").status_code == 200, within_s=60)


@pytest.mark.neo4j
def test_a_neo4j_that_does_not_answer_holds_nobody_else_up(
    fresh: Settings, api: Running, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(fresh, [{"link": ["a", "b"]}])
    assert ids(related(api, "a")) == ["b"]
    monkeypatch.setattr(knowledge, "DEADLINE_S", 1.0)
    servers.freeze("neo4j")
    refused = related(api, "a")
    assert refused.status_code == 503
    assert "did not answer within 1 s" in refused.json()["error"]["message"]
    started = time.monotonic()
    assert api.client.get("/livez").status_code == 200
    assert time.monotonic() - started < 5  # a held loop answers when the server is thawed, never before
    servers.thaw("neo4j")
    wait_until(lambda: related(api, "a").status_code == 200, within_s=60)


def test_a_graph_that_is_switched_off_is_disabled_and_both_routes_are_described(tmp_path: Path) -> None:
    with running_service(tmp_path) as api:
        for answer in (related(api, "a"), search(api, query="a")):
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "component_disabled")
            assert "knowledge_graph is disabled" in answer.json()["error"]["message"]
        schema = api.client.get("/openapi.json").json()
        asked = schema["paths"]["/v1/knowledge/related/{entity_id}"]["get"]
        assert {"entity_id", "max_depth", "limit", "min_confidence"} <= {one["name"] for one in asked["parameters"]}
        assert {"400", "401", "404", "503"} <= set(asked["responses"])
        posted = schema["paths"]["/v1/knowledge/search"]["post"]["requestBody"]["content"]["application/json"]
        assert posted["schema"]["$ref"].endswith("/SearchBody")
        assert "query" in schema["components"]["schemas"]["SearchBody"]["properties"]
        assert "/v1/knowledge/search" in api.client.get("/docs").text
