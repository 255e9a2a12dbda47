-- Latency percentiles by provider and hour from the raw calls: what the states are checked against.
-- Parameters:
--   since       (DateTime64(6)): first start, inclusive
--   until       (DateTime64(6)): last start, exclusive
--   include_all (Bool): whether replayed and synthetic calls count too
-- Returns: one row per provider and hour that has calls with a latency, in that order
--   provider      (String)
--   hour          (DateTime64(0)): begin, UTC
--   latency_calls (UInt64): n of the percentiles
--   p50_ms        (Float64): milliseconds, exact; p90_ms, p95_ms and p99_ms likewise
--   p90_ms        (Float64)
--   p95_ms        (Float64)
--   p99_ms        (Float64)
WITH quantilesExactInclusive(0.5, 0.9, 0.95, 0.99)(assumeNotNull(latency_ms)) AS quantiles
SELECT provider, toDateTime64(toStartOfHour(started_at), 0, 'UTC') AS hour, count() AS latency_calls,
       quantiles[1] AS p50_ms, quantiles[2] AS p90_ms, quantiles[3] AS p95_ms, quantiles[4] AS p99_ms
FROM llm_calls
WHERE started_at >= {since:DateTime64(6, 'UTC')} AND started_at < {until:DateTime64(6, 'UTC')}
  AND ({include_all:Bool} OR source NOT IN ('replay', 'synthetic'))
  AND latency_ms IS NOT NULL
GROUP BY provider, hour
ORDER BY provider, hour
