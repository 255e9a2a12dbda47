-- How each provider answers, from the lake's raw calls: distinct calls, error share, latency percentiles.
-- Parameters:
--   since       (TIMESTAMPTZ): first start, inclusive
--   until       (TIMESTAMPTZ): last start, exclusive
--   include_all (BOOLEAN): whether replayed and synthetic calls count too
-- Returns: one row per provider, by name
--   provider       (VARCHAR)
--   calls          (BIGINT): distinct calls
--   failed_calls   (BIGINT): of them, with a status other than ok
--   error_ratio    (DOUBLE): failed_calls / calls, 0 to 1
--   latency_calls  (BIGINT): calls with a latency, the n of the percentiles; a failed call has none
--   p50_ms         (DOUBLE): NULL when latency_calls is 0; p95_ms and p99_ms likewise
--   p95_ms         (DOUBLE): milliseconds
--   p99_ms         (DOUBLE): milliseconds
SELECT provider,
       count(*)                                             AS calls,
       count(*) FILTER (WHERE status <> 'ok')               AS failed_calls,
       failed_calls / calls                                 AS error_ratio,
       count(latency_ms)                                    AS latency_calls,
       quantile_cont(latency_ms, 0.50)                      AS p50_ms,
       quantile_cont(latency_ms, 0.95)                      AS p95_ms,
       quantile_cont(latency_ms, 0.99)                      AS p99_ms
FROM (
    SELECT provider, status, latency_ms
    FROM raw_llm_calls
    WHERE started_at >= $since::TIMESTAMPTZ AND started_at < $until::TIMESTAMPTZ
      AND ($include_all::BOOLEAN OR source NOT IN ('replay', 'synthetic'))
    QUALIFY row_number() OVER (PARTITION BY call_id ORDER BY ingested_at, event_id, topic, "partition", "offset") = 1
)
GROUP BY provider
ORDER BY provider;
