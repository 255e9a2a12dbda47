"""The lake's tables: columns, partitions. Pure.

Every table starts with the envelope's columns and ends with where the record stood in Kafka, so that
each row can be traced back. Times are microseconds, UTC.
"""

from dataclasses import dataclass

import pyarrow as pa

from workbench.events.topics import CONVERSATIONS, DEBATES_COMPLETED, ENTITIES, LLM_RESPONSES, topics_of
from workbench.lake import layout

INSTANT = pa.timestamp("us", tz="UTC")


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


ENVELOPE: tuple[pa.Field, ...] = (
    _required("event_id", pa.string()),
    _required("event_type", pa.string()),
    _required("occurred_at", INSTANT),
    _required("ingested_at", INSTANT),
    _required("tenant_id", pa.string()),
    _required("conversation_id", pa.string()),
    _required("session_id", pa.string()),
    _required("user_id", pa.string()),
    pa.field("source_sequence", pa.int64()),
)

POSITION: tuple[pa.Field, ...] = (
    _required("topic", pa.string()),
    _required("partition", pa.int32()),
    _required("offset", pa.int64()),
)

LAKE_DATE = _required("lake_date", pa.date32())
"""Day of `ingested_at`. Every table's partition: retention and rebuild go by it."""

LAKE_PROVIDER = _required("lake_provider", pa.string())
"""The provider as a partition value, see `layout.provider_partition`."""


@dataclass(frozen=True, slots=True)
class LakeTable:
    """One Delta table.

    Parameters
    ----------
    name : str
    schema : pyarrow.Schema
    topics : tuple of str
        Topics whose records it takes.
    partition_by : tuple of str
    sort_by : tuple of str
        Order of rows within a file, so that its statistics prune.
    incompressible : tuple of str
        Columns whose values hardly repeat: a dictionary would only cost time.
    """

    name: str
    schema: pa.Schema
    topics: tuple[str, ...]
    partition_by: tuple[str, ...]
    sort_by: tuple[str, ...]
    incompressible: tuple[str, ...]


EVENTS = LakeTable(
    name=layout.EVENTS,
    schema=pa.schema(
        [
            *ENVELOPE,
            _required("schema_version", pa.int32()),
            _required("payload_sha256", pa.binary()),
            pa.field("payload_ref", pa.string()),
            _required("envelope", pa.binary()),
            *POSITION,
            LAKE_DATE,
        ]
    ),
    topics=topics_of("lake"),
    partition_by=("lake_date",),
    sort_by=(),
    incompressible=("event_id", "payload_sha256", "envelope"),
)

RAW_LLM_CALLS = LakeTable(
    name=layout.RAW_LLM_CALLS,
    schema=pa.schema(
        [
            *ENVELOPE,
            _required("call_id", pa.string()),
            _required("provider", pa.string()),
            _required("model", pa.string()),
            _required("operation", pa.string()),
            _required("started_at", INSTANT),
            pa.field("latency_ms", pa.float64()),
            pa.field("ttft_ms", pa.float64()),
            pa.field("tokens_input", pa.int64()),
            pa.field("tokens_output", pa.int64()),
            pa.field("tokens_cached", pa.int64()),
            pa.field("cost_usd", pa.float64()),
            _required("status", pa.string()),
            pa.field("error_code", pa.string()),
            pa.field("http_status", pa.int32()),
            _required("cache_hit", pa.bool_()),
            _required("source", pa.string()),
            _required("time_assumed", pa.bool_()),
            pa.field("request", pa.binary()),
            pa.field("request_sha256", pa.string()),
            pa.field("request_bytes", pa.int64()),
            pa.field("response", pa.binary()),
            pa.field("response_sha256", pa.string()),
            pa.field("response_bytes", pa.int64()),
            *POSITION,
            LAKE_PROVIDER,
            LAKE_DATE,
        ]
    ),
    topics=(LLM_RESPONSES,),
    partition_by=("lake_provider", "lake_date"),
    sort_by=("lake_provider", "lake_date", "started_at", "offset"),
    incompressible=("event_id", "call_id", "request", "response", "request_sha256", "response_sha256"),
)

RAW_MESSAGES = LakeTable(
    name=layout.RAW_MESSAGES,
    schema=pa.schema(
        [
            *ENVELOPE,
            _required("role", pa.string()),
            _required("text", pa.string()),
            pa.field("provider", pa.string()),
            pa.field("model", pa.string()),
            pa.field("call_id", pa.string()),
            _required("source", pa.string()),
            _required("time_assumed", pa.bool_()),
            *POSITION,
            LAKE_DATE,
        ]
    ),
    topics=(CONVERSATIONS,),
    partition_by=("lake_date",),
    sort_by=("lake_date", "conversation_id", "occurred_at", "offset"),
    incompressible=("event_id", "text"),
)

ENTITY_FACTS = LakeTable(
    name=layout.ENTITIES,
    schema=pa.schema(
        [
            *ENVELOPE,
            _required("entity_id", pa.string()),
            _required("entity_type", pa.string()),
            _required("name", pa.string()),
            pa.field("merged_into", pa.string()),
            pa.field("valid_from", INSTANT),
            pa.field("message_id", pa.string()),
            pa.field("span_start", pa.int32()),
            pa.field("span_end", pa.int32()),
            pa.field("span_text", pa.string()),
            pa.field("confidence", pa.float64()),
            pa.field("method", pa.string()),
            *POSITION,
            LAKE_DATE,
        ]
    ),
    topics=(ENTITIES,),
    partition_by=("lake_date",),
    sort_by=("lake_date", "entity_type", "entity_id", "offset"),
    incompressible=("event_id",),
)

RAW_DEBATES = LakeTable(
    name=layout.RAW_DEBATES,
    schema=pa.schema(
        [
            *ENVELOPE,
            _required("debate_id", pa.string()),
            _required("subject", pa.string()),  # the debate's topic; ``topic`` is Kafka's
            _required("rounds", pa.int64()),
            pa.field("winner", pa.string()),
            pa.field("winner_provider", pa.string()),
            pa.field("winner_model", pa.string()),
            _required("confidence", pa.float64()),
            _required("outcome", pa.string()),
            pa.field("started_at", INSTANT),
            pa.field("completed_at", INSTANT),
            pa.field("duration_ms", pa.float64()),
            pa.field("total_tokens", pa.int64()),
            _required("participants", pa.string()),
            _required("turns", pa.string()),
            *POSITION,
            LAKE_DATE,
        ]
    ),
    topics=(DEBATES_COMPLETED,),
    partition_by=("lake_date",),
    sort_by=("lake_date", "occurred_at", "offset"),
    incompressible=("event_id", "debate_id"),
)
"""One row per debate; ``participants`` and ``turns`` are JSON as in the event, for a debate has a varying number."""

TABLES: dict[str, LakeTable] = {
    one.name: one for one in (RAW_LLM_CALLS, RAW_MESSAGES, ENTITY_FACTS, RAW_DEBATES, EVENTS)
}
"""In the order in which a batch is written; see `layout.TABLES`."""
