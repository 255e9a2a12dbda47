-- Which of the incoming calls an earlier block has brought already.
-- The external table incoming(call_id String) holds the calls of the block.
-- Parameters:
--   since    (DateTime64(6)): least start to look at, inclusive
--   until    (DateTime64(6)): greatest start to look at, inclusive
--   version  (UInt64): Delta version of the block
--   next_row (UInt64): its first row; only rows before it count, so that a repeat of the block finds the same
-- Returns: one row per call that is there
--   call_id  (String)
--   event_id (String): of the row that is there
SELECT call_id, event_id
FROM llm_calls
WHERE call_key IN (SELECT cityHash64(call_id) FROM incoming)
  AND started_at >= {since:DateTime64(6, 'UTC')} AND started_at <= {until:DateTime64(6, 'UTC')}
  AND (lake_version < {version:UInt64} OR (lake_version = {version:UInt64} AND lake_row < {next_row:UInt64}))
ORDER BY call_id, event_id
