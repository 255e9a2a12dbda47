"""Every setting: its name, type, default, meaning and unit.

Section models are frozen. Each field's ``env`` names the environment variable that sets it. The
sections of the servers are in `workbench.settings.stores`.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, PrivateAttr, SecretStr

from workbench.settings.provenance import Provenance
from workbench.settings.stores import (
    ClickHouse,
    Kafka,
    Neo4j,
    ObjectStore,
    PostgreSQL,
    Section,
    Service,
    Services,
    setting,
)
from workbench.settings.values import Duration, Flag, Whole, split_url

__all__ = [
    "Api",
    "Breaker",
    "ClickHouse",
    "Components",
    "Context",
    "Ensemble",
    "Extraction",
    "Kafka",
    "Learning",
    "Neo4j",
    "ObjectStore",
    "PostgreSQL",
    "Section",
    "Service",
    "Services",
    "Settings",
    "setting",
]


def _web_address(value: str) -> str:
    if value and split_url(value).scheme not in {"http", "https"}:
        raise ValueError("expected http or https")
    return value.rstrip("/")


WebAddress = Annotated[str, AfterValidator(_web_address)]


class Components(Section):
    """What is switched on. A component that is off is neither imported nor contacted."""

    infinite_context: Flag = setting(True, "BIGDATA_ENABLE_INFINITE_CONTEXT", "module 4")
    distributed_memory: Flag = setting(True, "BIGDATA_ENABLE_DISTRIBUTED_MEMORY", "memory synchronisation")
    knowledge_graph: Flag = setting(True, "BIGDATA_ENABLE_KNOWLEDGE_GRAPH", "module 3")
    analytics: Flag = setting(True, "BIGDATA_ENABLE_ANALYTICS", "module 6")
    cross_learning: Flag = setting(True, "BIGDATA_ENABLE_CROSS_LEARNING", "patterns across sessions")
    data_lake: Flag = setting(True, "BIGDATA_ENABLE_DATA_LAKE", "module 5")


class Context(Section):
    """Infinite context."""

    cache_size: Whole = setting(1000, "BIGDATA_CONTEXT_CACHE_SIZE", "conversations kept in memory", ge=0)
    cache_ttl_s: Duration = setting(
        86_400.0, "BIGDATA_CONTEXT_CACHE_TTL", "seconds a conversation stays in memory", ge=0
    )
    compression_type: Literal["window", "entity", "full", "hybrid"] = setting(
        "hybrid", "BIGDATA_CONTEXT_COMPRESSION_TYPE", "how segments are compressed"
    )
    compression_model: str = setting(
        "",
        "WORKBENCH_COMPRESSION_MODEL",
        "model at WORKBENCH_PROVIDER_URL that summarises replays; empty: sentences are chosen",
    )
    segment_tokens: Whole = setting(2_000, "WORKBENCH_SEGMENT_TOKENS", "a segment's token budget", ge=1)
    segment_gap_s: Duration = setting(1_800.0, "WORKBENCH_SEGMENT_GAP_S", "silence that closes a segment", gt=0)
    idle_s: Duration = setting(
        3_600.0, "WORKBENCH_CONVERSATION_IDLE_S", "silence that completes a conversation; 0 for never", ge=0
    )
    segment_topics: Flag = setting(True, "WORKBENCH_SEGMENT_TOPICS", "whether a change of topic closes a segment, too")
    eviction_policy: Literal["lru", "priority", "heat"] = setting(
        "heat", "WORKBENCH_EVICTION_POLICY", "which segments are compressed and archived first"
    )
    active_tokens: Whole = setting(
        0, "WORKBENCH_CONTEXT_ACTIVE_TOKENS", "tokens of a conversation that stay uncompressed; 0 for all", ge=0
    )
    storage_bytes: Whole = setting(
        0, "WORKBENCH_CONTEXT_STORAGE_BYTES", "bytes of texts that PostgreSQL keeps of a tenant; 0 for all", ge=0
    )
    session_expiry_s: Duration = setting(
        2_592_000.0, "WORKBENCH_SESSION_EXPIRY", "silence after which a session has expired", gt=0
    )


class Extraction(Section):
    """How the graph's worker finds entities."""

    method: Literal["rules", "sequence"] = setting(
        "rules", "WORKBENCH_EXTRACTION_METHOD", "rules, or a trained sequence model"
    )
    model: Path = setting(
        Path(), "WORKBENCH_EXTRACTION_MODEL", "the sequence model's file, made by workbench extraction train"
    )


class Learning(Section):
    """Cross-session learning."""

    min_confidence: float = setting(0.7, "BIGDATA_LEARNING_MIN_CONFIDENCE", "least confidence kept, 0 to 1", ge=0, le=1)
    min_frequency: Whole = setting(3, "BIGDATA_LEARNING_MIN_FREQUENCY", "least number of occurrences", ge=0)


class Api(Section):
    """The HTTP service."""

    host: str = setting("127.0.0.1", "WORKBENCH_API_HOST", "address to listen on")
    port: Whole = setting(7061, "WORKBENCH_API_PORT", "port to listen on; 0 for a free one", ge=0, le=65535)
    token: SecretStr = setting(
        SecretStr(""), "WORKBENCH_API_TOKEN", "bearer token; generated per installation when empty"
    )
    tenant: str = setting("default", "WORKBENCH_API_TENANT", "tenant that the token stands for")
    max_body_bytes: Whole = setting(16 * 2**20, "WORKBENCH_API_MAX_BODY_BYTES", "larger requests get 413", ge=1024)
    provider_url: WebAddress = setting(
        "",
        "WORKBENCH_PROVIDER_URL",
        "base URL of an OpenAI-compatible provider",
        expect="http[s]://host[:port][/path]",
        repr=False,
    )
    provider_key: SecretStr = setting(SecretStr(""), "WORKBENCH_PROVIDER_KEY", "its API key")
    provider_timeout_s: Duration = setting(60.0, "WORKBENCH_PROVIDER_TIMEOUT_S", "seconds to wait for an answer", gt=0)


class Ensemble(Section):
    """Debates of several models about one answer."""

    rounds: Whole = setting(2, "WORKBENCH_ENSEMBLE_ROUNDS", "rounds of answers, 1 to 4", ge=1, le=4)
    max_members: Whole = setting(5, "WORKBENCH_ENSEMBLE_MAX_MEMBERS", "most members of one ensemble", ge=2, le=9)
    deadline_s: Duration = setting(
        60.0, "WORKBENCH_ENSEMBLE_DEADLINE_S", "seconds for a whole debate; whoever is not done is left out", gt=0
    )


class Breaker(Section):
    """Circuit breakers around stores and providers."""

    failure_ratio: float = setting(
        0.5, "WORKBENCH_BREAKER_FAILURE_RATIO", "opens at this share of failures", gt=0, le=1
    )
    window_s: Duration = setting(30.0, "WORKBENCH_BREAKER_WINDOW_S", "seconds over which the share is taken", gt=0)
    min_calls: Whole = setting(5, "WORKBENCH_BREAKER_MIN_CALLS", "never opens on fewer calls", ge=1)
    open_s: Duration = setting(5.0, "WORKBENCH_BREAKER_OPEN_S", "seconds open before the first probe", gt=0)


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
    debug: Flag = setting(False, "WORKBENCH_DEBUG", "tracebacks instead of one line")
    shared_data: Path = setting(Path("../shared/data"), "WORKBENCH_SHARED_DATA", "folder of data sets for tests")
    reports: Path = setting(Path("build/reports"), "WORKBENCH_REPORTS", "where reports are written")
    jars_url: WebAddress = setting(
        "",
        "WORKBENCH_JARS_URL",
        "base address of a Maven repository for the servers' jars; empty for the usual one",
        expect="http[s]://host[:port][/path]",
        repr=False,
    )
    kafka: Kafka = Kafka()
    neo4j: Neo4j = Neo4j()
    clickhouse: ClickHouse = ClickHouse()
    postgresql: PostgreSQL = PostgreSQL()
    object_store: ObjectStore = ObjectStore()
    services: Services = Services()
    components: Components = Components()
    context: Context = Context()
    extraction: Extraction = Extraction()
    learning: Learning = Learning()
    api: Api = Api()
    ensemble: Ensemble = Ensemble()
    breaker: Breaker = Breaker()
    _provenance: Provenance = PrivateAttr(default_factory=Provenance)

    @property
    def provenance(self) -> Provenance:
        """Where each value came from, and what was read and not used."""
        return self._provenance

    @property
    def required(self) -> frozenset[str]:
        """Servers without which the whole is unhealthy: kafka, neo4j, clickhouse, postgresql, object_store."""
        return frozenset(name for name in Services.model_fields if getattr(self.services, name).required)

    @property
    def outbox_path(self) -> Path:
        """The write-ahead outbox's database file."""
        return self.home / "outbox" / "outbox.sqlite"
