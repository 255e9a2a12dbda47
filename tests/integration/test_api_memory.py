"""Two services with homes of their own on one stack: what one is told, the other knows after a synchronisation."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.integration.api_service import running_service
from tests.integration.memory_nodes import another_home
from tests.integration.service_process import ServiceProcess, worker
from tests.stack_faults import Servers
from tests.stack_waits import eventually
from workbench.database import migrations
from workbench.settings import Settings

STATUS_KEYS = {
    *("node_id", "running", "vector_clock", "event_count_24h", "subscriber_count"),
    *("kafka_configured", "conflict_resolver", "sync_status", "timestamp"),
}
"""HelixAgent's names in ``status``."""

OFF = {f"BIGDATA_ENABLE_{name}": "false" for name in ("KNOWLEDGE_GRAPH", "ANALYTICS", "DATA_LAKE", "CROSS_LEARNING")}


@pytest.fixture
def two(fresh: Settings) -> Iterator[tuple[ServiceProcess, ServiceProcess]]:
    migrations.apply(fresh)
    with another_home(fresh) as other:
        with ServiceProcess(fresh, **OFF) as a, ServiceProcess(other, **OFF) as b:
            yield a, b


def status(of: ServiceProcess) -> dict[str, object]:
    answer = of.client.get("/v1/memory/sync/status")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()["status"]
    return found


def force(of: ServiceProcess) -> dict[str, object]:
    answer = of.client.post("/v1/memory/sync/force")
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


def contents(of: ServiceProcess, user: str = "alice") -> set[str]:
    answer = of.client.get("/v1/memory", params={"user": user})
    assert answer.status_code == 200, answer.text
    return {one["content"] for one in answer.json()["memories"]}


@pytest.mark.kafka
@pytest.mark.postgresql
def test_two_processes_converge_by_force_also_one_that_was_frozen_or_killed(
    two: tuple[ServiceProcess, ServiceProcess], servers: Servers
) -> None:
    a, b = two
    before = status(a)
    assert set(before) >= STATUS_KEYS
    assert (before["vector_clock"], before["event_count_24h"], before["sync_status"]) == ({}, 0, "in_sync")
    assert before["node_id"] != status(b)["node_id"]
    made = a.client.post(
        "/v1/memory", json={"user": "alice", "content": "likes tea", "tags": ["taste"], "metadata": {"lang": "en"}}
    )
    assert made.status_code == 201, made.text
    path = f"/v1/memory/{made.json()['memory_id']}"
    assert contents(b) == set()
    assert force(a)["status"] == "sync_request_sent"
    done = force(b)
    assert (done["new_events"], done["missing_events"]) == (2, 0)
    assert contents(b) == {"likes tea"}
    with a.frozen():  # b goes on alone
        assert b.client.patch(path, json={"user": "alice", "content": "likes coffee"}).status_code == 200
        force(b)
    assert contents(a) == {"likes tea"}
    force(a)
    assert contents(a) == {"likes coffee"}
    with servers.gone("kafka"):  # a writes, cannot tell anybody, and is killed
        assert a.client.post("/v1/memory", json={"user": "alice", "content": "written alone"}).status_code == 201
        refused = a.client.post("/v1/memory/sync/force")
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        assert status(a)["sync_status"] == "kafka_unreachable"
        a.kill()
    a.start()
    force(a)
    force(b)
    assert contents(b) == {"likes coffee", "written alone"}
    assert b.client.delete(path, params={"user": "alice"}).status_code == 204
    force(b)
    force(a)
    assert a.client.get(path, params={"user": "alice"}).status_code == 404
    now = status(a)
    assert now["vector_clock"] == {now["node_id"]: 2, status(b)["node_id"]: 2}
    assert (now["sync_status"], now["subscriber_count"], now["missing_events"]) == ("in_sync", 1, 0)


@pytest.mark.kafka
@pytest.mark.postgresql
def test_the_worker_brings_what_another_node_wrote_and_the_status_says_that_it_runs(fresh: Settings) -> None:
    migrations.apply(fresh)
    with another_home(fresh) as other, running_service(fresh.home, stack=True, **OFF) as a, worker(other, "memory"):
        assert a.client.post("/v1/memory", json={"content": "by a"}).status_code == 201
        with running_service(other.home, stack=True, **OFF) as b:
            eventually(lambda: b.client.get("/v1/memory").json()["total"] == 1, "b's worker has a's memory")
            eventually(lambda: b.client.get("/v1/memory/sync/status").json()["status"]["running"], "b says so")
            assert not a.client.get("/v1/memory/sync/status").json()["status"]["running"]


@pytest.mark.postgresql
def test_a_memory_is_its_users_alone_and_what_is_wrong_is_named(fresh: Settings) -> None:
    migrations.apply(fresh)
    kafka = {"BIGDATA_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    with running_service(fresh.home, stack=True, **OFF, **kafka) as api:
        made = api.client.post("/v1/memory", json={"user": "alice", "content": "'; DROP TABLE memories; --\x00"})
        path = f"/v1/memory/{made.json()['memory_id']}"
        assert made.json()["content"] == "'; DROP TABLE memories; --\x00"
        for other in ({}, {"user": "bob"}, {"user": "other/alice"}):
            assert api.client.get(path, params=other).status_code == 404
            assert api.client.patch(path, json={**other, "content": "mine"}).status_code == 404
            assert api.client.delete(path, params=other).status_code == 404
        wrong: list[tuple[httpx.Response, str]] = [
            (api.client.post("/v1/memory", json={"content": ""}), "content"),
            (api.client.post("/v1/memory", json={"content": "x" * 32_769}), "content"),
            (api.client.post("/v1/memory", json={"content": "x", "importance": 2}), "importance"),
            (api.client.post("/v1/memory", json={"content": "x", "user": "a\x00"}), "user"),
            (api.client.post("/v1/memory", json={"content": "x", "metadata": {"a": [1]}}), "metadata[...]"),
            (api.client.get("/v1/memory", params={"limit": "0"}), "limit"),
        ]
        for answer, param in wrong:
            assert (answer.status_code, answer.json()["error"]["param"]) == (400, param), answer.text
        assert httpx.get(f"{api.address}/v1/memory", trust_env=False).status_code == 401
        assert api.client.get("/v1/memory", params={"user": "alice"}).json()["total"] == 1


def test_switched_off_it_says_so_and_its_code_is_not_imported(tmp_path: Path) -> None:
    import subprocess
    import sys

    program = (
        "import sys, pathlib\n"
        "from tests.integration.api_service import running_service\n"
        f"with running_service(pathlib.Path({str(tmp_path)!r})) as api:\n"
        "    answer = api.client.get('/v1/memory/sync/status')\n"
        "    assert answer.status_code == 503 and answer.json()['error']['code'] == 'component_disabled', answer.text\n"
        "    assert api.client.get('/v1/sessions/s').status_code == 503\n"
        "names = ('workbench.memory', 'workbench.database', 'psycopg')\n"
        "found = [name for name in sys.modules if name.startswith(names)]\n"
        "assert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
