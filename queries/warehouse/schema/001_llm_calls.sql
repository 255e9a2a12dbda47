-- One row per LLM call; immutable. Filled by the loader from lake table raw_llm_calls, whose bodies stay there.
-- The sorting key serves the queries: one provider or all, over a time range. call_key finds earlier deliveries.
-- A call whose latency, tokens or cost are not known has NULL there, never 0.
-- Parameters: none
-- Returns: nothing
CREATE TABLE IF NOT EXISTS llm_calls
(
    call_id         String                        CODEC(ZSTD(1)),
    event_id        String                        CODEC(ZSTD(1)),
    call_key        UInt64 MATERIALIZED cityHash64(call_id) CODEC(NONE),
    tenant_id       LowCardinality(String),
    conversation_id String                        CODEC(ZSTD(1)),
    session_id      String                        CODEC(ZSTD(1)),
    user_id         String                        CODEC(ZSTD(1)),
    source_sequence Nullable(Int64)               CODEC(ZSTD(1)),
    provider        LowCardinality(String),
    model           LowCardinality(String),
    operation       LowCardinality(String),
    source          LowCardinality(String),
    status          LowCardinality(String),
    error_code      LowCardinality(Nullable(String)),
    http_status     Nullable(UInt16)              CODEC(ZSTD(1)),
    started_at      DateTime64(6, 'UTC')          CODEC(DoubleDelta, ZSTD(1)),
    occurred_at     DateTime64(6, 'UTC')          CODEC(DoubleDelta, ZSTD(1)),
    ingested_at     DateTime64(6, 'UTC')          CODEC(DoubleDelta, ZSTD(1)),
    time_assumed    Bool,
    latency_ms      Nullable(Float64)             CODEC(ZSTD(1)),
    ttft_ms         Nullable(Float64)             CODEC(ZSTD(1)),
    tokens_input    Nullable(UInt64)              CODEC(T64, ZSTD(1)),
    tokens_output   Nullable(UInt64)              CODEC(T64, ZSTD(1)),
    tokens_cached   Nullable(UInt64)              CODEC(T64, ZSTD(1)),
    cost_usd        Nullable(Float64)             CODEC(ZSTD(1)),
    cache_hit       Bool,
    request_bytes   Nullable(UInt64)              CODEC(T64, ZSTD(1)),
    response_bytes  Nullable(UInt64)              CODEC(T64, ZSTD(1)),
    lake_version    UInt64                        CODEC(ZSTD(1)),
    lake_row        UInt64                        CODEC(Delta, ZSTD(1)),
    lake_file       String                        CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (provider, started_at)
SETTINGS non_replicated_deduplication_window = 10000
