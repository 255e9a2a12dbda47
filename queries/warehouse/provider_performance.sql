-- How each provider answers, from the raw calls: calls, error share, exact latency percentiles.
-- Parameters:
--   since       (DateTime64(6)): first start, inclusive
--   until       (DateTime64(6)): last start, exclusive
--   include_all (Bool): whether replayed and synthetic calls count too
-- Returns: one row per provider, by name
--   provider      (String)
--   calls         (UInt64): distinct calls
--   failed_calls  (UInt64): of them, with a status other than ok
--   error_ratio   (Float64): failed_calls / calls, 0 to 1
--   latency_calls (UInt64): calls with a latency, the n of the percentiles; a failed call has none
--   p50_ms        (Float64): milliseconds; NULL when latency_calls is 0; p95_ms and p99_ms likewise
--   p95_ms        (Float64): milliseconds
--   p99_ms        (Float64): milliseconds
SELECT provider,
       count()                                                          AS calls,
       countIf(status != 'ok')                                          AS failed_calls,
       failed_calls / calls                                             AS error_ratio,
       count(latency_ms)                                                AS latency_calls,
       if(latency_calls = 0, NULL, quantileExactInclusive(0.50)(latency_ms)) AS p50_ms,
       if(latency_calls = 0, NULL, quantileExactInclusive(0.95)(latency_ms)) AS p95_ms,
       if(latency_calls = 0, NULL, quantileExactInclusive(0.99)(latency_ms)) AS p99_ms
FROM llm_calls
WHERE started_at >= {since:DateTime64(6, 'UTC')} AND started_at < {until:DateTime64(6, 'UTC')}
  AND ({include_all:Bool} OR source NOT IN ('replay', 'synthetic'))
GROUP BY provider
ORDER BY provider
