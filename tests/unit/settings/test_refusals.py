import json
import traceback
from pathlib import Path

import pytest

from tests.unit.settings.conftest import Load
from workbench.errors import SettingsError
from workbench.settings import explain
from workbench.settings.sources import CONNECTIONS_FILE


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("BIGDATA_KAFKA_BROKERS", "BIGDATA_KAFKA_BOOTSTRAP_SERVERS"),
        ("BIGDATA_NEO4J_USER", "BIGDATA_NEO4J_USERNAME"),
        ("BIGDATA_ENABLE_KNOWLEDGE_GRAPHS", "BIGDATA_ENABLE_KNOWLEDGE_GRAPH"),
        ("WORKBENCH_API_PROT", "WORKBENCH_API_PORT"),
        ("SVC_CLICKHOUS_HOST", "SVC_CLICKHOUSE_HOST"),
        ("SVC_NEO4J_HOSTS", "SVC_NEO4J_HOST"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest_one(load: Load, here: Path, name: str, nearest: str) -> None:
    with pytest.raises(SettingsError, match=rf"{name} \(environment\): did you mean {nearest}\?"):
        load({name: "x"})
    with pytest.raises(SettingsError, match=rf"{name} \(argument\): did you mean {nearest}\?"):
        load(**{name: "x"})
    (here / ".env").write_text(f"{name}=x\n")
    with pytest.raises(SettingsError, match=r"\.env\): did you mean"):
        load()


def test_a_name_like_no_other_points_to_the_list(load: Load) -> None:
    with pytest.raises(SettingsError, match=r"WORKBENCH_ZZZZZZZZZZZZ.*docs/settings\.md"):
        load({"WORKBENCH_ZZZZZZZZZZZZ": "x"})


@pytest.mark.parametrize(
    "name",
    ["SVC_REDIS_HOST", "SVC_SPARK_MASTER_PORT", "SVC_MCP_FILESYSTEM_URL", "SVC_KAFKA_REMOTE", "SVC_COGNEE_REQUIRED"],
)
def test_names_of_helixagent_that_are_not_used_here_are_noted(load: Load, name: str) -> None:
    notes = load({name: "x"}).provenance.notes
    assert len(notes) == 1
    assert notes[0].startswith(f"{name} is ignored")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("BIGDATA_CLICKHOUSE_PORT", "abc", "a whole number"),
        ("BIGDATA_CLICKHOUSE_PORT", "70000", "at most 65535"),
        ("BIGDATA_ENABLE_ANALYTICS", "maybe", "true or false"),
        ("BIGDATA_CONTEXT_CACHE_TTL", "1 day", "a duration such as 24h"),
        ("BIGDATA_CONTEXT_COMPRESSION_TYPE", "gzip", "one of window, entity, full, hybrid"),
        ("BIGDATA_LEARNING_MIN_CONFIDENCE", "1.5", "at most 1"),
        ("BIGDATA_LEARNING_MIN_CONFIDENCE", "nan", "a number"),
        ("BIGDATA_KAFKA_BOOTSTRAP_SERVERS", "a:b", "host:port, comma-separated"),
        ("BIGDATA_NEO4J_URI", "http://localhost:7474", "bolt"),
        ("BIGDATA_NEO4J_URI", "bolt://ann:pw@db", "settings of their own"),
        ("BIGDATA_CLICKHOUSE_DATABASE", "a b", "text matching"),
        ("BIGDATA_S3_ENDPOINT", "ftp://x", "http"),
        ("WORKBENCH_LAKE_URL", "gs://bucket", "s3://bucket"),
        ("WORKBENCH_LAKE_URL", "s3://", "s3://bucket"),
        ("WORKBENCH_BREAKER_OPEN_S", "0", "above 0"),
        ("WORKBENCH_PROVIDER_URL", "api.example.org", "http"),
        ("SVC_NEO4J_PORT", "x", "a port from 1 to 65535"),
        ("SVC_NEO4J_PORT", "7474", "Bolt's is 7687"),
        ("SVC_NEO4J_HOST", "http://graph", "a host name without port"),
        ("SVC_KAFKA_HOST", "broker:9092", "a host name without port"),
        ("SVC_NEO4J_URL", "http://graph:7474", "bolt"),
        ("SVC_CLICKHOUSE_URL", "tcp://ch:9000", "none of http, https"),
        ("SVC_POSTGRESQL_URL", "mysql://pg", "none of postgresql, postgres"),
        ("SVC_CLICKHOUSE_RETRY_COUNT", "-1", "at least 0"),
        ("SVC_KAFKA_HEALTH_TYPE", "grpc", "one of driver, tcp, http"),
        ("SVC_KAFKA_TIMEOUT", "soon", "a duration"),
    ],
)
def test_a_value_that_does_not_parse_is_named_with_what_is_expected(
    load: Load, name: str, value: str, expected: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load({name: value})
    message = str(caught.value)
    assert name in message
    assert value.replace("ann:pw", "***") in message
    assert "(environment)" in message
    assert expected in message
    assert "\n" not in message


def test_several_mistakes_are_told_at_once(load: Load) -> None:
    with pytest.raises(SettingsError, match=r"BIGDATA_CLICKHOUSE_PORT.*BIGDATA_ENABLE_ANALYTICS"):
        load({"BIGDATA_CLICKHOUSE_PORT": "x", "BIGDATA_ENABLE_ANALYTICS": "y"})


def test_a_certificate_file_must_be_there(load: Load) -> None:
    with pytest.raises(SettingsError, match=r"WORKBENCH_KAFKA_CA_FILE is '/no/ca\.pem'.*no such file"):
        load({"WORKBENCH_KAFKA_CA_FILE": "/no/ca.pem"})


def test_sasl_needs_an_account(load: Load) -> None:
    with pytest.raises(SettingsError, match="WORKBENCH_KAFKA_SASL_USERNAME"):
        load({"WORKBENCH_KAFKA_SECURITY_PROTOCOL": "SASL_SSL"})


SECRETS = (
    "BIGDATA_NEO4J_PASSWORD",
    "BIGDATA_CLICKHOUSE_PASSWORD",
    "WORKBENCH_POSTGRESQL_PASSWORD",
    "BIGDATA_S3_SECRET_KEY",
    "WORKBENCH_API_TOKEN",
    "WORKBENCH_PROVIDER_KEY",
    "WORKBENCH_KAFKA_SASL_PASSWORD",
)


def test_a_secret_is_shown_nowhere(load: Load) -> None:
    settings = load(dict.fromkeys(SECRETS, "hunter2"))
    shown = [repr(settings), str(settings), settings.model_dump_json(), repr(explain(settings))]
    assert not any("hunter2" in text for text in shown)
    rows = {row.env: row.value for row in explain(settings)}
    assert {rows[name] for name in SECRETS} == {"********"}


def test_credentials_in_addresses_are_not_shown(load: Load) -> None:
    settings = load({"WORKBENCH_JARS_URL": "https://ann:hunter2@repo.example.org/maven"})
    assert "hunter2" not in repr(settings) + repr(explain(settings))
    assert settings.jars_url == "https://ann:hunter2@repo.example.org/maven"


@pytest.mark.parametrize(
    "environ",
    [
        {"BIGDATA_NEO4J_PASSWORD": "hunter2", "BIGDATA_CLICKHOUSE_PORT": "x"},
        {"SVC_POSTGRESQL_URL": "mysql://ann:hunter2@pg"},
        {"SVC_NEO4J_URL": "bolt://ann:hunter2@graph"},
        {"WORKBENCH_PROVIDER_URL": "ftp://ann:hunter2@llm"},
    ],
)
def test_an_error_and_its_traceback_show_no_secret(load: Load, environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as caught:
        load(environ)
    # Without the source lines of this test, which name it.
    chain = traceback.TracebackException.from_exception(caught.value)
    while chain is not None:
        assert "hunter2" not in "".join(chain.format_exception_only())
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)


PRODUCTION = {
    "WORKBENCH_PROFILE": "production",
    "BIGDATA_KAFKA_BOOTSTRAP_SERVERS": "kafka.example.org:9093",
    "WORKBENCH_KAFKA_SASL_USERNAME": "workbench",
    "WORKBENCH_KAFKA_SASL_PASSWORD": "Long-And-Own-1",
    "BIGDATA_NEO4J_URI": "neo4j+s://graph.example.org:7687",
    "BIGDATA_NEO4J_PASSWORD": "Long-And-Own-2",
    "BIGDATA_CLICKHOUSE_HOST": "ch.example.org",
    "BIGDATA_CLICKHOUSE_PASSWORD": "Long-And-Own-3",
    "SVC_POSTGRESQL_HOST": "pg.example.org",
    "WORKBENCH_POSTGRESQL_PASSWORD": "Long-And-Own-4",
    "BIGDATA_S3_ENDPOINT": "https://s3.example.org",
    "BIGDATA_S3_SECRET_KEY": "Long-And-Own-5",
    "WORKBENCH_API_TOKEN": "0123456789abcdef",
}


def test_production_takes_servers_of_ones_own_over_tls(load: Load) -> None:
    settings = load(PRODUCTION)
    assert settings.redaction == "mask"
    assert settings.kafka.security_protocol == "SASL_SSL"
    assert settings.postgresql.sslmode == "verify-full"
    assert settings.provenance.origins["redaction"].source == "configs/production.yaml"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("BIGDATA_NEO4J_PASSWORD", "helixagent123", "BIGDATA_NEO4J_PASSWORD is a published default"),
        ("BIGDATA_NEO4J_PASSWORD", "password", "BIGDATA_NEO4J_PASSWORD is a published default"),
        ("BIGDATA_CLICKHOUSE_PASSWORD", "", "BIGDATA_CLICKHOUSE_PASSWORD is empty"),
        ("WORKBENCH_POSTGRESQL_PASSWORD", "HelixAgent123", "WORKBENCH_POSTGRESQL_PASSWORD is a published default"),
        ("BIGDATA_S3_SECRET_KEY", "minioadmin123", "BIGDATA_S3_SECRET_KEY is a published default"),
        ("WORKBENCH_KAFKA_SASL_PASSWORD", "secret", "WORKBENCH_KAFKA_SASL_PASSWORD is a published default"),
        ("WORKBENCH_API_TOKEN", "", "WORKBENCH_API_TOKEN is empty"),
        ("WORKBENCH_API_TOKEN", "short", "WORKBENCH_API_TOKEN is too short"),
        ("WORKBENCH_API_HOST", "0.0.0.0", "WORKBENCH_API_HOST: plaintext to 0.0.0.0"),  # noqa: S104
        ("WORKBENCH_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT", "plaintext to kafka.example.org"),
        ("BIGDATA_NEO4J_URI", "bolt://graph.example.org:7687", "plaintext to graph.example.org"),
        ("WORKBENCH_CLICKHOUSE_SECURE", "false", "plaintext to ch.example.org"),
        ("WORKBENCH_POSTGRESQL_SSLMODE", "prefer", "plaintext to pg.example.org"),
        ("BIGDATA_S3_ENDPOINT", "http://s3.example.org", "plaintext to s3.example.org"),
        ("WORKBENCH_PROVIDER_URL", "http://llm.example.org/v1", "plaintext to llm.example.org"),
    ],
)
def test_production_refuses_what_is_known_or_readable_on_the_way(
    load: Load, name: str, value: str, message: str
) -> None:
    with pytest.raises(SettingsError, match="production profile refuses") as caught:
        load({**PRODUCTION, name: value})
    assert message in str(caught.value)
    assert not value or value == "password" or "password" not in name.lower() or value not in str(caught.value)


def test_production_takes_plaintext_on_loopback(load: Load) -> None:
    environ = {
        **PRODUCTION,
        "BIGDATA_NEO4J_URI": "bolt://127.0.0.1:7687",
        "BIGDATA_CLICKHOUSE_HOST": "localhost",
        "WORKBENCH_CLICKHOUSE_SECURE": "false",
    }
    assert load(environ).profile == "production"


def test_production_asks_nothing_of_what_is_switched_off(load: Load) -> None:
    environ = {**PRODUCTION, "BIGDATA_NEO4J_PASSWORD": "", "BIGDATA_ENABLE_KNOWLEDGE_GRAPH": "false"}
    assert load(environ).components.knowledge_graph is False


def test_production_tells_every_reason_at_once(load: Load, home: Path) -> None:
    (home / CONNECTIONS_FILE).write_text(json.dumps({}))
    with pytest.raises(SettingsError) as caught:
        load({"WORKBENCH_PROFILE": "production", "WORKBENCH_KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"})
    for name in ("NEO4J_PASSWORD", "CLICKHOUSE_PASSWORD", "POSTGRESQL_PASSWORD", "S3_SECRET_KEY", "API_TOKEN"):
        assert name in str(caught.value)
