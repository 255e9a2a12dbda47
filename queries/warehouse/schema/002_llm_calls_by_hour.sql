-- Aggregate states per hour: counts, sums, latency sketches, distinct users. Filled by llm_calls_by_hour_mv.
-- source stays in the key, so that replayed and synthetic calls can be left out.
-- Parameters: none
-- Returns: nothing
CREATE TABLE IF NOT EXISTS llm_calls_by_hour
(
    hour           DateTime('UTC'),
    tenant_id      LowCardinality(String),
    provider       LowCardinality(String),
    model          LowCardinality(String),
    source         LowCardinality(String),
    calls          SimpleAggregateFunction(sum, UInt64),
    failed_calls   SimpleAggregateFunction(sum, UInt64),
    cache_hits     SimpleAggregateFunction(sum, UInt64),
    latency_calls  SimpleAggregateFunction(sum, UInt64),
    cost_calls     SimpleAggregateFunction(sum, UInt64),
    cost_usd       SimpleAggregateFunction(sum, Float64),
    tokens_input   SimpleAggregateFunction(sum, UInt64),
    tokens_output  SimpleAggregateFunction(sum, UInt64),
    tokens_cached  SimpleAggregateFunction(sum, UInt64),
    latency_ms     AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), Nullable(Float64)),
    ttft_ms        AggregateFunction(quantilesTDigest(0.5, 0.9, 0.95, 0.99), Nullable(Float64)),
    users          AggregateFunction(uniq, String)
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour)
ORDER BY (provider, hour, model, source, tenant_id)
SETTINGS non_replicated_deduplication_window = 10000
