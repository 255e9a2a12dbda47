import json
import os
import signal
import socket
import stat
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from tests.integration.api_service import closed_port, environment, running_service, wait_until
from workbench.health.probes import Rhythm
from workbench.providers.recordings import recordings

SAID = next(iter(recordings("technical"))).turns[0].text
ALL_ON = {
    f"BIGDATA_ENABLE_{name}": "true"
    for name in (
        *("INFINITE_CONTEXT", "DISTRIBUTED_MEMORY", "KNOWLEDGE_GRAPH"),
        *("ANALYTICS", "CROSS_LEARNING", "DATA_LAKE"),
    )
}
QUICK = Rhythm(interval_s=0.5, retry_s=0.2, deadline_s=1.0)


@contextmanager
def hanging_server() -> Iterator[int]:
    """Takes connections and never says a word."""
    taken: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:

        def take() -> None:
            while True:
                try:
                    taken.append(listening.accept()[0])
                except OSError:
                    return

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for one in taken:
                one.close()
            thread.join()


def addresses(ports: list[int]) -> dict[str, str]:
    kafka, neo4j, clickhouse, postgresql, s3 = ports
    return {
        "BIGDATA_KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{kafka}",
        "BIGDATA_NEO4J_URI": f"bolt://127.0.0.1:{neo4j}",
        "BIGDATA_NEO4J_PASSWORD": "not-the-one",
        "BIGDATA_CLICKHOUSE_HOST": "127.0.0.1",
        "BIGDATA_CLICKHOUSE_PORT": str(clickhouse),
        "SVC_POSTGRESQL_HOST": "127.0.0.1",
        "SVC_POSTGRESQL_PORT": str(postgresql),
        "BIGDATA_S3_ENDPOINT": f"http://127.0.0.1:{s3}",
        "BIGDATA_S3_ACCESS_KEY": "key",
        "BIGDATA_S3_SECRET_KEY": "not-the-one",
    }


def test_with_every_dependency_dead_chat_is_answered_and_health_says_what_is_gone(tmp_path: Path) -> None:
    more = {**ALL_ON, **addresses([closed_port() for _ in range(5)])}
    with running_service(tmp_path, rhythm=QUICK, **more) as api:
        body = {"model": "replay", "messages": [{"role": "user", "content": SAID}]}
        assert api.chat(body).status_code == 200

        def dependencies() -> dict[str, dict[str, object]]:
            found: dict[str, dict[str, object]] = api.client.get("/v1/bigdata/health").json()["details"]["dependencies"]
            return found

        wait_until(lambda: {one["state"] for one in dependencies().values()} == {"init_failed"}, within_s=40)
        wait_until(lambda: api.client.get("/v1/bigdata/health").json()["details"]["outbox"]["backlog_events"] == 3)
        wait_until(lambda: all(one["age_s"] is not None for one in dependencies().values()))
        answer = api.client.get("/v1/bigdata/health")
        assert answer.status_code == 200  # nothing is required
        health = answer.json()
        assert (health["status"], health["running"]) == ("degraded", True)
        assert set(health["components"].values()) == {"init_failed"}
        assert health["details"]["outbox"]["oldest_age_s"] > 0
        assert all(one["evidence"] and one["since"] for one in dependencies().values())
        assert "not-the-one" not in answer.text
        assert api.client.get("/readyz").status_code == 200


def test_health_does_not_wait_for_dependencies_that_hang(tmp_path: Path) -> None:
    with ExitStack() as stack:
        ports = [stack.enter_context(hanging_server()) for _ in range(5)]
        with running_service(tmp_path, rhythm=QUICK, **ALL_ON, **addresses(ports)) as api:
            took: list[float] = []
            states: set[str] = set()
            until = time.monotonic() + 40
            while states != {"init_failed"}:
                assert time.monotonic() < until, states
                started = time.monotonic()
                found = api.client.get("/v1/bigdata/health").json()["details"]["dependencies"]
                took.append(time.monotonic() - started)
                states = {one["state"] for one in found.values()}
                time.sleep(0.02)
            assert statistics.median(took) < 0.5  # waiting for them would take seconds, each time
            started = time.monotonic()
            body = {"model": "replay", "messages": [{"role": "user", "content": SAID}]}
            assert api.chat(body).status_code == 200
            assert time.monotonic() - started < 5


def test_a_required_dependency_that_is_gone_gives_503(tmp_path: Path) -> None:
    with running_service(tmp_path, rhythm=QUICK, SVC_KAFKA_REQUIRED="true") as api:
        wait_until(lambda: api.client.get("/v1/bigdata/health").status_code == 503)
        assert api.client.get("/livez").status_code == 200
        assert api.client.get("/readyz").status_code == 200


def test_a_component_that_is_off_is_disabled_and_its_driver_is_never_imported(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from workbench.api.service import Service\n"
        "from workbench.settings import load_settings\n"
        "service = Service(load_settings())\n"
        "service.probes.start()\n"
        "until = time.monotonic() + 30\n"
        "while service.probes.evidence()['kafka'].probed_at is None and time.monotonic() < until: time.sleep(0.02)\n"
        "status, body = service.health()\n"
        "assert set(body['components'].values()) == {'disabled'}, body\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}"
        " & {'neo4j', 'psycopg', 'clickhouse_connect', 'deltalake', 'boto3'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PATH": os.environ["PATH"], **environment(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_metrics_count_what_was_produced_and_hold_no_ids_or_texts(tmp_path: Path) -> None:
    with running_service(tmp_path) as api:
        metadata = {"conversation_id": "conversation-of-somebody"}
        assert api.chat(
            {"model": "replay", "messages": [{"role": "user", "content": SAID}], "metadata": metadata}
        ).is_success
        assert api.chat({"model": "nobody", "messages": [{"role": "user", "content": "x"}]}).status_code == 404
        text = httpx.get(f"{api.address}/metrics", trust_env=False).text  # needs no token
        assert 'helixagent_events_produced_total{event_type="message.added"} 2.0' in text
        assert 'helixagent_events_produced_total{event_type="llm.call.completed"} 1.0' in text
        assert 'helixagent_provider_calls_total{provider="replay",status="ok"} 1.0' in text
        assert 'helixagent_api_refused_requests_total{reason="model_not_found"} 1.0' in text
        assert 'helixagent_circuit_breaker_state{breaker="provider:replay"} 0.0' in text
        assert 'helixagent_chat_request_duration_seconds_count{provider="replay",status="200"} 1.0' in text
        assert "conversation-of-somebody" not in text


def test_the_service_describes_itself_without_loading_anything_from_elsewhere(tmp_path: Path) -> None:
    with running_service(tmp_path) as api:
        schema = api.client.get("/openapi.json").json()
        chat = schema["paths"]["/v1/chat/completions"]["post"]
        reference = chat["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        body = schema["components"]["schemas"][reference.rsplit("/", 1)[-1]]
        assert set(body["required"]) == {"model", "messages"}
        assert {"401", "413", "503"} <= set(chat["responses"])
        assert schema["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
        page = api.client.get("/docs").text
        assert all(path in page for path in schema["paths"])
        assert "http://" not in page
        assert "https://" not in page
        assert "<script" not in page


def test_segments_need_the_token_and_say_when_they_cannot_be_read(tmp_path: Path) -> None:
    with running_service(tmp_path) as api:
        assert httpx.get(f"{api.address}/v1/context/segments/c1", trust_env=False).status_code == 401
        off = api.client.get("/v1/context/segments/c1")
        assert (off.status_code, off.json()["error"]["code"]) == (503, "component_disabled")
    more = {"BIGDATA_ENABLE_INFINITE_CONTEXT": "true", "SVC_POSTGRESQL_PORT": str(closed_port())}
    with running_service(tmp_path, **more) as api:
        gone = api.client.get("/v1/context/segments/c1")
        assert (gone.status_code, gone.json()["error"]["code"]) == (503, "store_unavailable")
        assert int(gone.headers["retry-after"]) >= 1


def test_serve_announces_itself_answers_and_stops_with_0_on_sigterm(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], **environment(tmp_path)}
    command = [sys.executable, "-m", "workbench", "serve", "--port", "0"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            announced = json.loads((tmp_path / "run" / "api.json").read_text())
            assert announced["pid"] == process.pid
            assert line.startswith(f"listening on {announced['address']}")
            assert announced["address"].startswith("http://127.0.0.1:")
            for secret in ("api-token", "run/api.json"):
                assert stat.S_IMODE((tmp_path / secret).stat().st_mode) == 0o600
            assert httpx.get(f"{announced['address']}/readyz", trust_env=False).status_code in (200, 503)
            taken = subprocess.run(
                [*command[:-1], announced["address"].rsplit(":", 1)[1]],
                env={**environ, "WORKBENCH_HOME": str(tmp_path / "other")},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert taken.returncode == 4
            assert "is taken by another program" in taken.stderr
            assert "Traceback" not in taken.stderr
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0, errors
    assert not (tmp_path / "run" / "api.json").exists()
    lines = [json.loads(one) for one in errors.splitlines()]
    assert "service stopped" in {one["event"] for one in lines}
    assert (tmp_path / "api-token").read_text() not in errors
