import json
from pathlib import Path

import pytest

from tests.unit.settings.conftest import Load
from workbench.errors import SettingsError
from workbench.settings import environment_of, load_settings
from workbench.settings.sources import CONNECTIONS_FILE


@pytest.mark.parametrize(
    ("environ", "uri"),
    [
        ({"SVC_NEO4J_HOST": "graph"}, "bolt://graph:7687"),
        ({"SVC_NEO4J_PORT": "7688"}, "bolt://localhost:7688"),
        ({"SVC_NEO4J_HOST": "graph", "SVC_NEO4J_PORT": "7688"}, "bolt://graph:7688"),
        ({"SVC_NEO4J_HOST": "::1"}, "bolt://[::1]:7687"),
        ({"SVC_NEO4J_URL": "neo4j+s://graph"}, "neo4j+s://graph:7687"),
        ({"SVC_NEO4J_URL": "neo4j://graph:7687?policy=eu"}, "neo4j://graph:7687?policy=eu"),
    ],
)
def test_svc_names_build_the_address_of_neo4j(load: Load, environ: dict[str, str], uri: str) -> None:
    assert load(environ).neo4j.uri == uri


@pytest.mark.parametrize(
    ("environ", "servers"),
    [
        ({"SVC_KAFKA_HOST": "broker"}, "broker:9092"),
        ({"SVC_KAFKA_PORT": "9093"}, "localhost:9093"),
        ({"SVC_KAFKA_URL": "kafka://a:1,b:2"}, "a:1,b:2"),
        ({"SVC_KAFKA_URL": "a:1,b"}, "a:1,b:9092"),
        ({"BIGDATA_KAFKA_BOOTSTRAP_SERVERS": "a:1, b:2"}, "a:1,b:2"),
        ({"BIGDATA_KAFKA_BOOTSTRAP_SERVERS": "[::1]:9092"}, "[::1]:9092"),
    ],
)
def test_svc_names_build_the_brokers_of_kafka(load: Load, environ: dict[str, str], servers: str) -> None:
    assert load(environ).kafka.bootstrap_servers == servers


def test_the_scheme_of_kafkas_url_may_be_its_protocol(load: Load) -> None:
    settings = load({"SVC_KAFKA_URL": "SSL://broker:9093"})
    assert settings.kafka.security_protocol == "SSL"
    assert settings.kafka.bootstrap_servers == "broker:9093"


def test_a_url_gives_clickhouse_everything_in_it(load: Load) -> None:
    clickhouse = load({"SVC_CLICKHOUSE_URL": "https://ann:p%40ss@ch/facts"}).clickhouse
    assert (clickhouse.host, clickhouse.port, clickhouse.secure) == ("ch", 8443, True)
    assert (clickhouse.user, clickhouse.password.get_secret_value(), clickhouse.database) == ("ann", "p@ss", "facts")


def test_a_url_gives_postgresql_everything_in_it(load: Load) -> None:
    postgresql = load({"SVC_POSTGRESQL_URL": "postgres://ann:pw@pg:5433/chat?sslmode=require"}).postgresql
    assert (postgresql.host, postgresql.port, postgresql.database) == ("pg", 5433, "chat")
    assert (postgresql.user, postgresql.password.get_secret_value()) == ("ann", "pw")
    assert postgresql.sslmode == "require"


def test_minio_is_the_object_store(load: Load) -> None:
    assert load({"SVC_MINIO_HOST": "s3", "SVC_MINIO_PORT": "9000"}).object_store.endpoint == "http://s3:9000"
    assert load({"SVC_MINIO_URL": "https://s3.example.org"}).object_store.endpoint == "https://s3.example.org"


def test_the_word_aws_stands_for_amazons_own_endpoint(load: Load) -> None:
    assert load({"BIGDATA_S3_ENDPOINT": "aws"}).object_store.endpoint == ""


def test_a_bucket_name_is_a_lake_url(load: Load) -> None:
    assert load({"BIGDATA_S3_BUCKET": "helixagent-data"}).object_store.url == "s3://helixagent-data"


@pytest.mark.parametrize("word", ["KAFKA", "NEO4J", "CLICKHOUSE", "POSTGRESQL", "MINIO"])
def test_timeout_retries_and_health_reach_the_settings(load: Load, word: str) -> None:
    section = {"MINIO": "object_store"}.get(word, word.lower())
    settings = load(
        {
            f"SVC_{word}_TIMEOUT": "1500ms",
            f"SVC_{word}_RETRY_COUNT": "7",
            f"SVC_{word}_REQUIRED": "true",
            f"SVC_{word}_HEALTH_TYPE": "http",
            f"SVC_{word}_HEALTH_PATH": "/alive",
        }
    )
    service = getattr(settings.services, section)
    assert getattr(settings, section).timeout_s == 1.5
    assert (service.retry_count, service.health_type, service.health_path) == (7, "http", "/alive")
    assert settings.required == {section}


def test_the_health_path_of_clickhouse_survives_another_field(load: Load) -> None:
    assert load({"SVC_CLICKHOUSE_REQUIRED": "yes"}).services.clickhouse.health_path == "/ping"


@pytest.mark.parametrize(
    ("word", "component"),
    [
        ("NEO4J", "knowledge_graph"),
        ("CLICKHOUSE", "analytics"),
        ("POSTGRESQL", "infinite_context"),
        ("MINIO", "data_lake"),
    ],
)
def test_a_server_that_is_off_takes_its_component_along(load: Load, word: str, component: str) -> None:
    settings = load({f"SVC_{word}_ENABLED": "false"})
    assert getattr(settings.components, component) is False
    assert settings.provenance.origins[f"components.{component}"].env == f"SVC_{word}_ENABLED"
    with pytest.raises(SettingsError, match="keep one of them"):
        load({f"SVC_{word}_ENABLED": "false", f"BIGDATA_ENABLE_{component.upper()}": "true"})


def test_kafka_cannot_be_switched_off(load: Load) -> None:
    with pytest.raises(SettingsError, match="SVC_KAFKA_ENABLED"):
        load({"SVC_KAFKA_ENABLED": "false"})


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"BIGDATA_NEO4J_URI": "bolt://a:7687", "SVC_NEO4J_HOST": "b"}, ("BIGDATA_NEO4J_URI", "SVC_NEO4J_HOST")),
        (
            {"BIGDATA_KAFKA_BOOTSTRAP_SERVERS": "a:9092", "SVC_KAFKA_PORT": "9093"},
            ("BIGDATA_KAFKA_BOOTSTRAP_SERVERS", "SVC_KAFKA_PORT"),
        ),
        (
            {"BIGDATA_CLICKHOUSE_HOST": "a", "SVC_CLICKHOUSE_HOST": "b"},
            ("BIGDATA_CLICKHOUSE_HOST", "SVC_CLICKHOUSE_HOST"),
        ),
        ({"SVC_CLICKHOUSE_URL": "http://a", "SVC_CLICKHOUSE_PORT": "1"}, ("SVC_CLICKHOUSE_URL", "SVC_CLICKHOUSE_PORT")),
        ({"BIGDATA_S3_ENDPOINT": "aws", "SVC_MINIO_HOST": "b"}, ("BIGDATA_S3_ENDPOINT", "SVC_MINIO_HOST")),
        (
            {"WORKBENCH_NEO4J_TIMEOUT_S": "5", "SVC_NEO4J_TIMEOUT": "6s"},
            ("WORKBENCH_NEO4J_TIMEOUT_S", "SVC_NEO4J_TIMEOUT"),
        ),
    ],
)
def test_two_names_in_one_place_that_disagree_are_refused(
    load: Load, environ: dict[str, str], names: tuple[str, str]
) -> None:
    with pytest.raises(SettingsError, match="disagree") as caught:
        load(environ)
    assert all(name in str(caught.value) for name in names)


def test_two_names_that_agree_are_fine(load: Load) -> None:
    environ = {
        "BIGDATA_NEO4J_URI": "bolt://127.0.0.1:7687",
        "SVC_NEO4J_HOST": "localhost",
        "SVC_NEO4J_PORT": "7687",
        "SVC_NEO4J_TIMEOUT": "10s",
        "WORKBENCH_NEO4J_TIMEOUT_S": "10",
    }
    assert load(environ).neo4j.uri == "bolt://127.0.0.1:7687"


def test_a_contradiction_between_passwords_shows_neither(load: Load) -> None:
    environ = {"SVC_POSTGRESQL_URL": "postgresql://ann:hunter2@pg", "WORKBENCH_POSTGRESQL_PASSWORD": "swordfish"}
    with pytest.raises(SettingsError, match="disagree") as caught:
        load(environ)
    assert "hunter2" not in str(caught.value)
    assert "swordfish" not in str(caught.value)


def test_the_higher_place_wins_part_by_part(load: Load, here: Path) -> None:
    (here / ".env").write_text("BIGDATA_NEO4J_URI=neo4j+s://graph:7688\n")
    settings = load({"SVC_NEO4J_HOST": "other"})
    assert settings.neo4j.uri == "neo4j+s://other:7688"
    origin = settings.provenance.origins["neo4j.uri"]
    assert set(origin.env.split(", ")) == {"BIGDATA_NEO4J_URI", "SVC_NEO4J_HOST"}
    assert set(origin.source.split(", ")) == {"environment", str(here / ".env")}


STACK = {
    "BIGDATA_NEO4J_URI": "bolt://127.0.0.1:40001",
    "BIGDATA_NEO4J_USERNAME": "neo4j",
    "BIGDATA_NEO4J_PASSWORD": "generated",
    "BIGDATA_CLICKHOUSE_HOST": "127.0.0.1",
    "BIGDATA_CLICKHOUSE_PORT": "40002",
    "BIGDATA_CLICKHOUSE_USER": "workbench",
    "BIGDATA_CLICKHOUSE_PASSWORD": "generated",
    "WORKBENCH_LAKE_URL": "s3://lake",
    "BIGDATA_S3_SECRET_KEY": "generated",
}


def test_the_local_stacks_password_goes_to_no_server_that_the_user_names(load: Load, home: Path) -> None:
    (home / CONNECTIONS_FILE).write_text(json.dumps(STACK))
    settings = load({"SVC_NEO4J_HOST": "graph.example.org"})
    assert settings.neo4j.uri == "bolt://graph.example.org:7687"
    assert settings.neo4j.password.get_secret_value() == ""
    assert settings.clickhouse.password.get_secret_value() == "generated"
    assert settings.provenance.external == {"neo4j"}


def test_a_password_alone_means_a_server_of_ones_own(load: Load, home: Path, here: Path) -> None:
    (home / CONNECTIONS_FILE).write_text(json.dumps(STACK))
    (here / ".env").write_text("BIGDATA_NEO4J_PASSWORD=mine\nBIGDATA_S3_ACCESS_KEY=mine\n")
    settings = load({"BIGDATA_CLICKHOUSE_DATABASE": "other"})
    assert settings.neo4j.uri == "bolt://localhost:7687"
    assert settings.clickhouse.port == 40002
    assert settings.provenance.external == {"neo4j", "object_store"}


def test_an_argument_changes_only_what_it_names(load: Load, home: Path) -> None:
    (home / CONNECTIONS_FILE).write_text(json.dumps(STACK))
    settings = load(BIGDATA_NEO4J_URI="bolt://127.0.0.1:1")
    assert settings.neo4j.uri == "bolt://127.0.0.1:1"
    assert settings.neo4j.password.get_secret_value() == "generated"
    assert settings.provenance.external == frozenset()


def test_a_lake_in_a_folder_needs_no_object_store_of_ours_and_a_bucket_does(load: Load, home: Path) -> None:
    (home / CONNECTIONS_FILE).write_text(json.dumps(STACK))
    assert load({"WORKBENCH_LAKE_URL": str(home / "lake")}).provenance.external == {"object_store"}
    settings = load({"WORKBENCH_LAKE_URL": "s3://other"})
    assert settings.provenance.external == frozenset()
    assert settings.object_store.secret_key.get_secret_value() == "generated"


def test_a_child_process_gets_the_same_settings_by_its_environment(load: Load, here: Path, home: Path) -> None:
    (home / CONNECTIONS_FILE).write_text(json.dumps(STACK))
    settings = load(
        {"SVC_KAFKA_URL": "SSL://a:1,b:2", "BIGDATA_S3_ENDPOINT": "aws", "SVC_MINIO_REQUIRED": "1"},
        BIGDATA_NEO4J_URI="bolt://127.0.0.1:1",
        BIGDATA_ENABLE_ANALYTICS=False,
    )
    again = load_settings(environment_of(settings), directory=here)
    assert again.model_dump() == settings.model_dump()
