"""docker-compose.yml is valid, pinned, bound to loopback, and agrees with settings and stack."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.house.conftest import ROOT
from workbench.settings import Settings
from workbench.stack.registry import SERVERS

COMPOSE_CLI = Path(sys.executable).parent / "docker-compose"
FILE = ROOT / "docker-compose.yml"
REQUIRED = (
    "BIGDATA_NEO4J_PASSWORD",
    "BIGDATA_CLICKHOUSE_PASSWORD",
    "WORKBENCH_POSTGRESQL_PASSWORD",
    "BIGDATA_S3_ACCESS_KEY",
    "BIGDATA_S3_SECRET_KEY",
    "GRAFANA_ADMIN_PASSWORD",
)
STORES = ("kafka", "neo4j", "clickhouse", "postgresql", "seaweedfs")


def compose(tmp_path: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run Compose on our file, with no other environment and no ``.env``."""
    empty = tmp_path / "empty.env"
    empty.touch()
    return subprocess.run(
        [str(COMPOSE_CLI), "--env-file", str(empty), "-f", str(FILE), *arguments],
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environ},
    )


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    secrets = {name: f"secret-{position}" for position, name in enumerate(REQUIRED)}
    arguments = ("--profile", "monitoring", "config", "--format", "json")
    result = compose(tmp_path_factory.mktemp("compose"), *arguments, **secrets)
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)["services"]
    return found


def published(service: dict[str, Any]) -> dict[int, int]:
    return {port["target"]: int(port["published"]) for port in service["ports"]}


def test_compose_accepts_the_file(tmp_path: Path) -> None:
    result = compose(tmp_path, "--profile", "monitoring", "config", "-q", **dict.fromkeys(REQUIRED, "x"))
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("name", REQUIRED)
def test_compose_refuses_to_go_without_a_secret(tmp_path: Path, name: str) -> None:
    others = {other: "x" for other in REQUIRED if other != name}
    for value in ({}, {name: ""}):
        result = compose(tmp_path, "config", "-q", **others, **value)
        assert result.returncode != 0
        assert f"set {name} in .env" in result.stderr


def test_every_secret_is_in_the_example_and_has_no_value() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert {f"{name}=" for name in REQUIRED} <= set(lines)


def test_the_stores_start_without_a_profile_and_monitoring_does_not(tmp_path: Path) -> None:
    result = compose(tmp_path, "config", "--services", **dict.fromkeys(REQUIRED, "x"))
    assert sorted(result.stdout.split()) == sorted(STORES)


def test_images_are_pinned_and_name_no_registry(services: dict[str, Any]) -> None:
    for name, service in services.items():
        image, _, tag = service["image"].partition(":")
        assert re.search(r"\d", tag), f"{name} is not pinned: {service['image']}"
        assert "." not in image.split("/")[0], f"{name} names a registry: {service['image']}"


def test_images_have_the_versions_of_the_local_stack(services: dict[str, Any]) -> None:
    versions = {server.name: server.version for server in SERVERS.values()}
    tags = {name: services[name]["image"].partition(":")[2] for name in STORES}
    assert tags["kafka"] == versions["kafka"]
    assert tags["neo4j"].removesuffix("-community") == versions["neo4j"]
    assert versions["clickhouse"].startswith(tags["clickhouse"])
    assert tags["postgresql"].removeprefix("pg") == versions["postgresql"].split(".")[0]
    assert tags["seaweedfs"] == versions["s3"]


def test_ports_are_those_of_the_settings_defaults(services: dict[str, Any]) -> None:
    settings = Settings()
    expected = {
        "kafka": urlsplit(f"//{settings.kafka.bootstrap_servers}").port,
        "neo4j": urlsplit(settings.neo4j.uri).port,
        "clickhouse": settings.clickhouse.port,
        "postgresql": settings.postgresql.port,
        "seaweedfs": urlsplit(settings.object_store.endpoint).port,
    }
    assert {name: published(services[name]).get(port) for name, port in expected.items() if port} == expected


def test_accounts_databases_and_bucket_are_those_of_the_settings_defaults(services: dict[str, Any]) -> None:
    settings = Settings()
    environment = {name: services[name].get("environment", {}) for name in STORES}
    assert environment["neo4j"]["NEO4J_AUTH"].split("/")[0] == settings.neo4j.username
    assert environment["clickhouse"]["CLICKHOUSE_USER"] == settings.clickhouse.user
    assert environment["clickhouse"]["CLICKHOUSE_DB"] == settings.clickhouse.database
    assert environment["postgresql"]["POSTGRES_USER"] == settings.postgresql.user
    assert environment["postgresql"]["POSTGRES_DB"] == settings.postgresql.database
    assert f"-bucket={settings.object_store.url.removeprefix('s3://')}" in services["seaweedfs"]["command"]


def test_prometheus_scrapes_the_port_of_the_api() -> None:
    assert f"host.docker.internal:{Settings().api.port}" in FILE.read_text()


def test_every_port_is_bound_to_loopback_and_taken_once(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service["ports"]]
    assert {port.get("host_ip") for port in ports} == {"127.0.0.1"}
    numbers = [port["published"] for port in ports]
    assert len(numbers) == len(set(numbers))


def test_every_service_has_a_health_check_a_memory_limit_a_volume_and_the_one_network(
    services: dict[str, Any],
) -> None:
    for name, service in services.items():
        assert service["healthcheck"]["test"], name
        assert int(service["mem_limit"]) > 0, name
        assert [volume["type"] for volume in service["volumes"]] == ["volume"], name
        assert list(service["networks"]) == ["workbench"], name
        assert service["restart"] == "unless-stopped", name
