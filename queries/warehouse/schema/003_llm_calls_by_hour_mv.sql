-- Turn each inserted block of llm_calls into hourly states. The loader inserts each call once, so states count calls.
-- Parameters: none
-- Returns: nothing
CREATE MATERIALIZED VIEW IF NOT EXISTS llm_calls_by_hour_mv TO llm_calls_by_hour AS
SELECT toStartOfHour(started_at)                                      AS hour,
       tenant_id,
       provider,
       model,
       source,
       count()                                                        AS calls,
       countIf(status != 'ok')                                        AS failed_calls,
       countIf(cache_hit)                                             AS cache_hits,
       count(c.latency_ms)                                            AS latency_calls,
       count(c.cost_usd)                                              AS cost_calls,
       sum(ifNull(c.cost_usd, 0))                                     AS cost_usd,
       sum(ifNull(c.tokens_input, 0))                                 AS tokens_input,
       sum(ifNull(c.tokens_output, 0))                                AS tokens_output,
       sum(ifNull(c.tokens_cached, 0))                                AS tokens_cached,
       quantilesTDigestState(0.5, 0.9, 0.95, 0.99)(c.latency_ms)      AS latency_ms,
       quantilesTDigestState(0.5, 0.9, 0.95, 0.99)(c.ttft_ms)         AS ttft_ms,
       uniqState(user_id)                                             AS users
FROM llm_calls AS c
GROUP BY hour, tenant_id, provider, model, source
