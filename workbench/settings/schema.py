"""Every setting: its names, type, default, meaning and unit.

Section models are frozen. Each field's ``env`` names the environment variable that sets it; ``svc``
names the HelixAgent ``SVC_<SERVICE>_<FIELD>`` overrides that feed the same connection.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr


def setting(default: Any, env: str, doc: str, **more: Any) -> Any:
    """A field with the environment variable that sets it and one sentence on what it means."""
    return Field(default, description=doc, json_schema_extra={"env": env}, **more)


class Section(BaseModel):
    """A frozen group of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Kafka(Section):
    """The event log."""

    bootstrap_servers: str = setting("localhost:9092", "BIGDATA_KAFKA_BOOTSTRAP_SERVERS", "host:port, comma-separated")
    consumer_group: str = setting("helixagent-bigdata", "BIGDATA_KAFKA_CONSUMER_GROUP", "prefix of every group's name")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = setting(
        "PLAINTEXT", "WORKBENCH_KAFKA_SECURITY_PROTOCOL", "how to talk to the brokers"
    )
    sasl_mechanism: str = setting("SCRAM-SHA-512", "WORKBENCH_KAFKA_SASL_MECHANISM", "used with SASL_*")
    sasl_username: str = setting("", "WORKBENCH_KAFKA_SASL_USERNAME", "used with SASL_*")
    sasl_password: SecretStr = setting(SecretStr(""), "WORKBENCH_KAFKA_SASL_PASSWORD", "used with SASL_*")
    ca_file: Path | None = setting(None, "WORKBENCH_KAFKA_CA_FILE", "certificate authority, PEM")
    session_timeout_ms: int = setting(
        10_000, "WORKBENCH_KAFKA_SESSION_TIMEOUT_MS", "a worker silent for longer loses its partitions", ge=1_000
    )


class Neo4j(Section):
    """The knowledge graph."""

    uri: str = setting("bolt://localhost:7687", "BIGDATA_NEO4J_URI", "bolt or neo4j address; +s for TLS")
    username: str = setting("neo4j", "BIGDATA_NEO4J_USERNAME", "account")
    password: SecretStr = setting(SecretStr(""), "BIGDATA_NEO4J_PASSWORD", "password")
    database: str = setting("neo4j", "BIGDATA_NEO4J_DATABASE", "database name")
    timeout_s: float = setting(10.0, "WORKBENCH_NEO4J_TIMEOUT_S", "seconds to wait for a connection", gt=0)


class ClickHouse(Section):
    """The analytics warehouse."""

    host: str = setting("localhost", "BIGDATA_CLICKHOUSE_HOST", "host name")
    port: int = setting(8123, "BIGDATA_CLICKHOUSE_PORT", "HTTP port", ge=1, le=65535)
    database: str = setting("helixagent_analytics", "BIGDATA_CLICKHOUSE_DATABASE", "database name", pattern=r"^\w+$")
    user: str = setting("default", "BIGDATA_CLICKHOUSE_USER", "account")
    password: SecretStr = setting(SecretStr(""), "BIGDATA_CLICKHOUSE_PASSWORD", "password")
    secure: bool = setting(False, "WORKBENCH_CLICKHOUSE_SECURE", "HTTPS instead of HTTP")
    timeout_s: float = setting(10.0, "WORKBENCH_CLICKHOUSE_TIMEOUT_S", "seconds to wait for a connection", gt=0)


class PostgreSQL(Section):
    """Conversation context: events, segments, sessions."""

    host: str = setting("localhost", "SVC_POSTGRESQL_HOST", "host name")
    port: int = setting(5432, "SVC_POSTGRESQL_PORT", "port", ge=1, le=65535)
    database: str = setting("helixagent", "WORKBENCH_POSTGRESQL_DATABASE", "database name")
    user: str = setting("helixagent", "WORKBENCH_POSTGRESQL_USER", "account")
    password: SecretStr = setting(SecretStr(""), "WORKBENCH_POSTGRESQL_PASSWORD", "password")
    sslmode: Literal["disable", "prefer", "require", "verify-ca", "verify-full"] = setting(
        "prefer", "WORKBENCH_POSTGRESQL_SSLMODE", "libpq's sslmode"
    )
    ca_file: Path | None = setting(None, "WORKBENCH_POSTGRESQL_CA_FILE", "certificate authority, PEM")
    timeout_s: float = setting(10.0, "SVC_POSTGRESQL_TIMEOUT", "seconds to wait for a connection", gt=0)


class ObjectStore(Section):
    """The data lake's storage."""

    url: str = setting("s3://helixagent-datalake", "WORKBENCH_LAKE_URL", "s3://bucket[/prefix], or a folder")
    endpoint: str = setting("http://localhost:8333", "BIGDATA_S3_ENDPOINT", "S3 address; empty for AWS")
    region: str = setting("us-east-1", "BIGDATA_S3_REGION", "S3 region")
    access_key: str = setting("", "BIGDATA_S3_ACCESS_KEY", "S3 access key")
    secret_key: SecretStr = setting(SecretStr(""), "BIGDATA_S3_SECRET_KEY", "S3 secret key")
    timeout_s: float = setting(10.0, "WORKBENCH_S3_TIMEOUT_S", "seconds to wait for an answer", gt=0)


class Components(Section):
    """What is switched on. A component that is off is neither imported nor contacted."""

    infinite_context: bool = setting(True, "BIGDATA_ENABLE_INFINITE_CONTEXT", "module 4")
    distributed_memory: bool = setting(True, "BIGDATA_ENABLE_DISTRIBUTED_MEMORY", "memory synchronisation")
    knowledge_graph: bool = setting(True, "BIGDATA_ENABLE_KNOWLEDGE_GRAPH", "module 3")
    analytics: bool = setting(True, "BIGDATA_ENABLE_ANALYTICS", "module 6")
    cross_learning: bool = setting(True, "BIGDATA_ENABLE_CROSS_LEARNING", "patterns across sessions")
    data_lake: bool = setting(True, "BIGDATA_ENABLE_DATA_LAKE", "module 5")


class Context(Section):
    """Infinite context."""

    cache_size: int = setting(1000, "BIGDATA_CONTEXT_CACHE_SIZE", "conversations kept in memory", ge=0)
    cache_ttl_s: float = setting(86_400.0, "BIGDATA_CONTEXT_CACHE_TTL", "seconds; text such as 24h is taken too", ge=0)
    compression_type: Literal["window", "entity", "full", "hybrid"] = setting(
        "hybrid", "BIGDATA_CONTEXT_COMPRESSION_TYPE", "how segments are compressed"
    )
    segment_tokens: int = setting(2_000, "WORKBENCH_SEGMENT_TOKENS", "a segment's token budget", ge=1)
    segment_gap_s: float = setting(1_800.0, "WORKBENCH_SEGMENT_GAP_S", "silence that closes a segment", gt=0)


class Learning(Section):
    """Cross-session learning."""

    min_confidence: float = setting(0.7, "BIGDATA_LEARNING_MIN_CONFIDENCE", "least confidence kept", ge=0, le=1)
    min_frequency: int = setting(3, "BIGDATA_LEARNING_MIN_FREQUENCY", "least number of occurrences", ge=0)


class Api(Section):
    """The HTTP service."""

    host: str = setting("127.0.0.1", "WORKBENCH_API_HOST", "address to listen on")
    port: int = setting(7061, "WORKBENCH_API_PORT", "port to listen on; 0 for a free one", ge=0, le=65535)
    token: SecretStr = setting(
        SecretStr(""), "WORKBENCH_API_TOKEN", "bearer token; generated per installation when empty"
    )
    tenant: str = setting("default", "WORKBENCH_API_TENANT", "tenant that the token stands for")
    max_body_bytes: int = setting(16 * 2**20, "WORKBENCH_API_MAX_BODY_BYTES", "larger requests get 413", ge=1024)
    provider_url: str = setting("", "WORKBENCH_PROVIDER_URL", "base URL of an OpenAI-compatible provider")
    provider_key: SecretStr = setting(SecretStr(""), "WORKBENCH_PROVIDER_KEY", "its API key")
    provider_timeout_s: float = setting(60.0, "WORKBENCH_PROVIDER_TIMEOUT_S", "seconds to wait for an answer", gt=0)


class Breaker(Section):
    """Circuit breakers around stores and providers."""

    failure_ratio: float = setting(
        0.5, "WORKBENCH_BREAKER_FAILURE_RATIO", "opens at this share of failures", gt=0, le=1
    )
    window_s: float = setting(30.0, "WORKBENCH_BREAKER_WINDOW_S", "seconds over which the share is taken", gt=0)
    min_calls: int = setting(5, "WORKBENCH_BREAKER_MIN_CALLS", "never opens on fewer calls", ge=1)
    open_s: float = setting(5.0, "WORKBENCH_BREAKER_OPEN_S", "seconds open before the first probe", gt=0)


class Settings(Section):
    """All settings, frozen. Made by `workbench.settings.load_settings`."""

    home: Path = setting(Path(), "WORKBENCH_HOME", "folder for servers, data, keys and the outbox")
    profile: Literal["development", "production"] = setting(
        "development", "WORKBENCH_PROFILE", "configs/<profile>.yaml"
    )
    redaction: Literal["off", "mask", "hash"] = setting("off", "WORKBENCH_REDACTION", "personal data at event creation")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = setting(
        "INFO", "WORKBENCH_LOG_LEVEL", "least level logged"
    )
    debug: bool = setting(False, "WORKBENCH_DEBUG", "tracebacks instead of one line")
    shared_data: Path = setting(Path("../shared/data"), "WORKBENCH_SHARED_DATA", "folder of data sets for tests")
    reports: Path = setting(Path("build/reports"), "WORKBENCH_REPORTS", "where reports are written")
    kafka: Kafka = Kafka()
    neo4j: Neo4j = Neo4j()
    clickhouse: ClickHouse = ClickHouse()
    postgresql: PostgreSQL = PostgreSQL()
    object_store: ObjectStore = ObjectStore()
    components: Components = Components()
    context: Context = Context()
    learning: Learning = Learning()
    api: Api = Api()
    breaker: Breaker = Breaker()

    @property
    def outbox_path(self) -> Path:
        """The write-ahead outbox's database file."""
        return self.home / "outbox" / "outbox.sqlite"
