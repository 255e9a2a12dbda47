-- One row per member and round of a debate, with the debate's outcome. Filled by the loader from lake table raw_debates.
-- A repeat of an event is the same key and collapses; readers say FINAL. A failed part has NULL time and tokens, never 0.
-- round 0 and position 0: a debate that says nothing of its rounds.
-- Parameters: none
-- Returns: nothing
CREATE TABLE IF NOT EXISTS debate_rounds
(
    debate_id        String                     CODEC(ZSTD(1)),
    event_id         String                     CODEC(ZSTD(1)),
    tenant_id        LowCardinality(String),
    conversation_id  String                     CODEC(ZSTD(1)),
    session_id       String                     CODEC(ZSTD(1)),
    user_id          String                     CODEC(ZSTD(1)),
    occurred_at      DateTime64(6, 'UTC')       CODEC(DoubleDelta, ZSTD(1)),
    ingested_at      DateTime64(6, 'UTC')       CODEC(DoubleDelta, ZSTD(1)),
    topic            String                     CODEC(ZSTD(1)),
    round            UInt8,
    position         UInt8,
    kind             LowCardinality(String),
    provider         LowCardinality(String),
    model            LowCardinality(String),
    role             LowCardinality(String),
    response_time_ms Nullable(Float64)          CODEC(ZSTD(1)),
    tokens_used      Nullable(UInt64)           CODEC(T64, ZSTD(1)),
    confidence_score Nullable(Float64)          CODEC(ZSTD(1)),
    vote             Nullable(UInt8),
    error            String                     CODEC(ZSTD(1)),
    error_count      UInt8,
    was_winner       UInt8,
    source           LowCardinality(String),
    call_id          String                     CODEC(ZSTD(1)),
    total_rounds     UInt32,
    winner           String                     CODEC(ZSTD(1)),
    winner_provider  LowCardinality(String),
    winner_model     LowCardinality(String),
    final_confidence Float64                    CODEC(ZSTD(1)),
    outcome          LowCardinality(String),
    duration_ms      Nullable(Float64)          CODEC(ZSTD(1)),
    lake_version     UInt64                     CODEC(ZSTD(1)),
    lake_row         UInt64                     CODEC(Delta, ZSTD(1)),
    lake_file        String                     CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(occurred_at)
ORDER BY (tenant_id, debate_id, event_id, round, position, kind)
SETTINGS non_replicated_deduplication_window = 10000
