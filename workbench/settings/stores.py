"""The settings of the servers: where each is, who we are there, how long we wait, whether it must be there."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from workbench.settings.values import Duration, Flag, Milliseconds, Whole, split_url

SERVICE_NAMES = {
    "KAFKA": "kafka",
    "NEO4J": "neo4j",
    "CLICKHOUSE": "clickhouse",
    "POSTGRESQL": "postgresql",
    "MINIO": "object_store",
}
"""The word in ``SVC_<SERVICE>_<FIELD>`` -> the section's name. HelixAgent's object store is called MinIO."""


def setting(default: Any, env: str, doc: str, *, expect: str = "", **more: Any) -> Any:
    """A field with the environment variable that sets it and one sentence on what it means.

    Parameters
    ----------
    default
    env : str
        Name of the environment variable.
    doc : str
        Meaning and unit.
    expect : str
        What a value must look like, when its type alone does not say.
    **more
        Limits, for pydantic's ``Field``.
    """
    return Field(default, description=doc, json_schema_extra={"env": env, "expect": expect}, **more)


class Section(BaseModel):
    """A frozen group of settings."""

    # Inputs stay out of pydantic's own messages: a traceback must not show a password.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)


def _address(*schemes: str, empty: bool = False) -> AfterValidator:
    def check(value: str) -> str:
        if value == "" and empty:
            return value
        parts = split_url(value)
        if parts.scheme not in schemes:
            raise ValueError(f"scheme {parts.scheme} is none of {', '.join(schemes)}")
        if parts.username is not None:
            raise ValueError("account and password have settings of their own")
        return value

    return AfterValidator(check)


def _brokers(value: str) -> str:
    for broker in value.split(","):
        parts = split_url(f"kafka://{broker.strip()}")
        if parts.port is None or parts.path or parts.username is not None:
            raise ValueError("expected host:port")
    return ",".join(broker.strip() for broker in value.split(","))


def _expand(value: Path | None) -> Path | None:
    return value.expanduser() if value is not None else None


File = Annotated[Path | None, AfterValidator(_expand)]
_HOST = r"^[^\s/@]+$"
_CA = "certificate authority, a PEM file; empty for the system's"


class Kafka(Section):
    """The event log."""

    bootstrap_servers: Annotated[str, AfterValidator(_brokers)] = setting(
        "localhost:9092",
        "BIGDATA_KAFKA_BOOTSTRAP_SERVERS",
        "brokers to begin with",
        expect="host:port, comma-separated",
    )
    consumer_group: str = setting(
        "helixagent-bigdata", "BIGDATA_KAFKA_CONSUMER_GROUP", "prefix of every group's name", pattern=r"^[\w.-]+$"
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = setting(
        "PLAINTEXT", "WORKBENCH_KAFKA_SECURITY_PROTOCOL", "how to talk to the brokers"
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = setting(
        "SCRAM-SHA-512", "WORKBENCH_KAFKA_SASL_MECHANISM", "how to sign in; used with SASL_*"
    )
    sasl_username: str = setting("", "WORKBENCH_KAFKA_SASL_USERNAME", "account; used with SASL_*")
    sasl_password: SecretStr = setting(SecretStr(""), "WORKBENCH_KAFKA_SASL_PASSWORD", "password; used with SASL_*")
    ca_file: File = setting(None, "WORKBENCH_KAFKA_CA_FILE", _CA)
    timeout_s: Duration = setting(10.0, "WORKBENCH_KAFKA_TIMEOUT_S", "seconds to wait for a connection", gt=0)
    session_timeout_ms: Milliseconds = setting(
        10_000, "WORKBENCH_KAFKA_SESSION_TIMEOUT_MS", "a worker silent for longer loses its partitions; ms", ge=1_000
    )


def _bolt_port(value: str) -> str:
    if split_url(value).port in {7473, 7474}:
        raise ValueError("7473 and 7474 are Neo4j's HTTP ports, Bolt's is 7687")
    return value


_BOLT_SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


class Neo4j(Section):
    """The knowledge graph."""

    uri: Annotated[str, _address(*_BOLT_SCHEMES), AfterValidator(_bolt_port)] = setting(
        "bolt://localhost:7687",
        "BIGDATA_NEO4J_URI",
        "Bolt address; +s for TLS, +ssc for TLS with a self-signed certificate",
        expect="bolt[+s]://host:port or neo4j[+s]://host:port",
    )
    username: str = setting("neo4j", "BIGDATA_NEO4J_USERNAME", "account")
    password: SecretStr = setting(SecretStr(""), "BIGDATA_NEO4J_PASSWORD", "password")
    database: str = setting("neo4j", "BIGDATA_NEO4J_DATABASE", "database name")
    timeout_s: Duration = setting(10.0, "WORKBENCH_NEO4J_TIMEOUT_S", "seconds to wait for a connection", gt=0)


class ClickHouse(Section):
    """The analytics warehouse."""

    host: str = setting(
        "localhost", "BIGDATA_CLICKHOUSE_HOST", "host name", expect="a host name without port", pattern=_HOST
    )
    port: Whole = setting(8123, "BIGDATA_CLICKHOUSE_PORT", "HTTP port", ge=1, le=65535)
    database: str = setting("helixagent_analytics", "BIGDATA_CLICKHOUSE_DATABASE", "database name", pattern=r"^\w+$")
    user: str = setting("default", "BIGDATA_CLICKHOUSE_USER", "account")
    password: SecretStr = setting(SecretStr(""), "BIGDATA_CLICKHOUSE_PASSWORD", "password")
    secure: Flag = setting(False, "WORKBENCH_CLICKHOUSE_SECURE", "HTTPS instead of HTTP")
    timeout_s: Duration = setting(10.0, "WORKBENCH_CLICKHOUSE_TIMEOUT_S", "seconds to wait for a connection", gt=0)


class PostgreSQL(Section):
    """Conversation context: events, segments, sessions."""

    host: str = setting(
        "localhost", "SVC_POSTGRESQL_HOST", "host name", expect="a host name without port", pattern=_HOST
    )
    port: Whole = setting(5432, "SVC_POSTGRESQL_PORT", "port", ge=1, le=65535)
    database: str = setting("helixagent", "WORKBENCH_POSTGRESQL_DATABASE", "database name")
    user: str = setting("helixagent", "WORKBENCH_POSTGRESQL_USER", "account")
    password: SecretStr = setting(SecretStr(""), "WORKBENCH_POSTGRESQL_PASSWORD", "password")
    sslmode: Literal["disable", "prefer", "require", "verify-ca", "verify-full"] = setting(
        "prefer", "WORKBENCH_POSTGRESQL_SSLMODE", "libpq's sslmode"
    )
    ca_file: File = setting(None, "WORKBENCH_POSTGRESQL_CA_FILE", _CA)
    timeout_s: Duration = setting(10.0, "SVC_POSTGRESQL_TIMEOUT", "seconds to wait for a connection", gt=0)


def _endpoint(value: Any) -> Any:
    # An empty variable means unset, so that Amazon's own endpoint needs a word.
    return "" if value == "aws" else value


def _lake_url(value: str) -> str:
    scheme, found, rest = value.partition("://")
    if found and (scheme not in {"s3", "file"} or not rest.strip("/")):
        raise ValueError(f"scheme {scheme} is neither s3 nor file" if rest else "no bucket")
    if scheme == "s3" and found and not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", rest.split("/")[0]):
        raise ValueError("a bucket's name has 3 to 63 of a-z, 0-9, dot and hyphen")
    return value


class ObjectStore(Section):
    """The data lake's storage."""

    url: Annotated[str, AfterValidator(_lake_url)] = setting(
        "s3://helixagent-datalake",
        "WORKBENCH_LAKE_URL",
        "bucket and prefix, or a folder",
        expect="s3://bucket[/prefix], or a folder",
    )
    endpoint: Annotated[str, _address("http", "https", empty=True), BeforeValidator(_endpoint)] = setting(
        "http://localhost:8333",
        "BIGDATA_S3_ENDPOINT",
        "S3 address; the word aws for Amazon's own",
        expect="http[s]://host:port, or aws",
    )
    region: str = setting("us-east-1", "BIGDATA_S3_REGION", "S3 region")
    access_key: str = setting("", "BIGDATA_S3_ACCESS_KEY", "S3 access key")
    secret_key: SecretStr = setting(SecretStr(""), "BIGDATA_S3_SECRET_KEY", "S3 secret key")
    timeout_s: Duration = setting(10.0, "WORKBENCH_S3_TIMEOUT_S", "seconds to wait for an answer", gt=0)


def _health_type(value: Any) -> Any:
    # HelixAgent's name for PostgreSQL's check, which is the driver's round trip here.
    return "driver" if value == "pgx" else value


class Service(Section):
    """How the presence of one server is judged; set by ``SVC_<SERVICE>_<FIELD>``."""

    enabled: Flag = setting(True, "", "false: the server is never contacted, its component is off")
    required: Flag = setting(False, "", "true: without it the whole is unhealthy, and health answers 503")
    health_type: Annotated[Literal["driver", "tcp", "http"], BeforeValidator(_health_type)] = setting(
        "driver", "", "a round trip through the driver, a TCP connection, or GET of the health path"
    )
    health_path: str = setting(
        "/", "", "path for the health type http", expect="a path that begins with /", pattern="^/"
    )
    retry_count: Whole = setting(3, "", "failed probes in a row before it counts as unhealthy", ge=0, le=100)


class ClickHouseService(Service):
    """The same for ClickHouse, which has a health path of its own."""

    health_path: str = setting(
        "/ping", "", "path for the health type http", expect="a path that begins with /", pattern="^/"
    )


class Services(Section):
    """The servers' health rules. None is required unless somebody says so: each has a fallback."""

    kafka: Service = Service()
    neo4j: Service = Service()
    clickhouse: ClickHouseService = ClickHouseService()
    postgresql: Service = Service()
    object_store: Service = Service()
