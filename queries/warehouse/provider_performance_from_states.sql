-- How each provider answers over a range of whole hours, from the aggregate states.
-- Parameters:
--   since       (DateTime): first hour, inclusive; whole hours only
--   until       (DateTime): last hour, exclusive; whole hours only
--   include_all (Bool): whether replayed and synthetic calls count too
-- Returns: one row per provider, by name
--   provider      (String)
--   calls         (UInt64): distinct calls
--   failed_calls  (UInt64)
--   error_ratio   (Float64): failed_calls / calls, 0 to 1
--   latency_calls (UInt64): calls with a latency, the n of the percentiles
--   p50_ms        (Float32): milliseconds; NULL when latency_calls is 0; the others likewise
--   p95_ms        (Float32): milliseconds
--   p99_ms        (Float32): milliseconds
WITH quantilesTDigestMerge(0.5, 0.9, 0.95, 0.99)(h.latency_ms) AS quantiles
SELECT provider,
       sum(h.calls)                                    AS calls,
       sum(h.failed_calls)                             AS failed_calls,
       failed_calls / calls                            AS error_ratio,
       sum(h.latency_calls)                            AS latency_calls,
       if(latency_calls = 0, NULL, quantiles[1])       AS p50_ms,
       if(latency_calls = 0, NULL, quantiles[3])       AS p95_ms,
       if(latency_calls = 0, NULL, quantiles[4])       AS p99_ms
FROM llm_calls_by_hour AS h
WHERE hour >= {since:DateTime('UTC')} AND hour < {until:DateTime('UTC')}
  AND ({include_all:Bool} OR source NOT IN ('replay', 'synthetic'))
GROUP BY provider
ORDER BY provider
