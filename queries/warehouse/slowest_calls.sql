-- The slowest answered calls.
-- Parameters:
--   since       (DateTime64(6)): first start, inclusive
--   until       (DateTime64(6)): last start, exclusive
--   include_all (Bool): whether replayed and synthetic calls count too
--   limit       (UInt32): rows at most
-- Returns: one row per call, slowest first
--   call_id       (String)
--   provider      (String)
--   model         (String)
--   started_at    (DateTime64(6)): UTC
--   latency_ms    (Float64): milliseconds, never NULL here
--   ttft_ms       (Float64): milliseconds to the first token; NULL when not recorded
--   tokens_input  (UInt64): NULL when not known
--   tokens_output (UInt64): NULL when not known
--   lake_version  (UInt64): Delta version of raw_llm_calls that holds the bodies
--   lake_file     (String): its file
SELECT call_id, provider, model, started_at, latency_ms, ttft_ms, tokens_input, tokens_output, lake_version, lake_file
FROM llm_calls
WHERE started_at >= {since:DateTime64(6, 'UTC')} AND started_at < {until:DateTime64(6, 'UTC')}
  AND ({include_all:Bool} OR source NOT IN ('replay', 'synthetic'))
  AND latency_ms IS NOT NULL
ORDER BY latency_ms DESC, call_id
LIMIT {limit:UInt32}
