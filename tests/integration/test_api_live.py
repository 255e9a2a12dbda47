"""The HTTP service on real servers: windows from PostgreSQL, health that follows, an outbox that drains."""

import threading
from collections.abc import Iterator

import pytest

from tests.integration.api_service import Running, running_service
from tests.integration.openai_server import ANSWER, Upstream, openai_server
from tests.stack_faults import Servers
from tests.stack_waits import eventually
from workbench.database import migrations
from workbench.health.probes import Rhythm
from workbench.pipelines.context_ingest import context_sink
from workbench.settings import Settings
from workbench.stream.consume import run_worker

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

OFF = {f"BIGDATA_ENABLE_{name}": "false" for name in ("KNOWLEDGE_GRAPH", "ANALYTICS", "DATA_LAKE")}
QUICK = Rhythm(interval_s=0.5, retry_s=0.2, deadline_s=4.0)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with openai_server() as found:
        yield found


@pytest.fixture
def api(fresh: Settings, upstream: Upstream) -> Iterator[Running]:
    migrations.apply(fresh)
    more = {"WORKBENCH_PROVIDER_URL": upstream.address, **OFF}
    with running_service(fresh.home, rhythm=QUICK, stack=True, **more) as found:
        stop = threading.Event()
        worker = threading.Thread(
            target=run_worker,
            args=(context_sink(fresh), fresh),
            kwargs={"outbox": found.service.outbox, "stop": stop},
        )
        worker.start()
        try:
            yield found
        finally:
            stop.set()
            worker.join(30)
            assert not worker.is_alive()


def ask(api: Running, text: str) -> dict[str, str]:
    body = {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": text}],
        "metadata": {"conversation_id": "c1"},
    }
    answer = api.chat(body)
    assert answer.status_code == 200, answer.text
    return dict(answer.headers)


def test_a_client_that_sends_only_its_newest_turn_gets_the_stored_past_into_the_window(
    api: Running, upstream: Upstream
) -> None:
    import json

    assert "source=postgresql" in ask(api, "We run three brokers.")["x-workbench-window"]
    eventually(lambda: api.client.get("/v1/context/segments/c1").json().get("count"), "the turns are stored")
    headers = ask(api, "How many brokers do we run?")
    assert "source=postgresql" in headers["x-workbench-window"]
    assert json.loads(upstream.bodies[1])["messages"] == [
        {"role": "user", "content": "We run three brokers."},
        {"role": "assistant", "content": ANSWER},
        {"role": "user", "content": "How many brokers do we run?"},
    ]
    eventually(
        lambda: api.client.get("/v1/context/segments/c1").json()["segments"][0]["turn_count"] == 4,
        "each turn is stored once, not the window",
    )


def test_chat_goes_on_without_kafka_and_postgresql_and_catches_up_when_they_return(
    api: Running, servers: Servers
) -> None:
    def state(name: str) -> str:
        found: dict[str, dict[str, str]] = api.client.get("/v1/bigdata/health").json()["details"]["dependencies"]
        return found[name]["state"]

    eventually(lambda: (state("kafka"), state("postgresql")) == ("healthy", "healthy"), "both are there")
    with servers.gone("kafka"), servers.gone("postgresql"):
        headers = ask(api, "Is anybody there?")
        assert "source=request" in headers["x-workbench-window"]
        eventually(lambda: (state("kafka"), state("postgresql")) == ("unhealthy", "unhealthy"), "both are gone")
        health = api.client.get("/v1/bigdata/health").json()
        assert health["status"] == "degraded"
        assert health["components"]["infinite_context"] == "unhealthy"
        eventually(
            lambda: api.client.get("/v1/bigdata/health").json()["details"]["outbox"]["backlog_events"] == 3,
            "the backlog is told",
        )
        assert api.client.get("/readyz").status_code == 200
    eventually(lambda: (state("kafka"), state("postgresql")) == ("healthy", "healthy"), "both are back", timeout_s=60)
    eventually(lambda: api.service.outbox.backlog().count == 0, "the outbox drained", timeout_s=60)
    eventually(
        lambda: api.client.get("/v1/context/segments/c1").json()["segments"][0]["turn_count"] == 2,
        "what was said meanwhile is stored",
        timeout_s=60,
    )
