-- Keep debates to learn from; of two events about one debate the one with the lower id counts, whichever came first.
-- Parameters:
--   rows (json): array of objects tenant_id, debate_id, event_id, at, profile; one per debate
-- Returns: nothing
INSERT INTO learning_debates (tenant_id, debate_id, event_id, at, profile)
SELECT tenant_id, debate_id, event_id, at, profile
FROM json_to_recordset(%(rows)s::json) AS r (tenant_id text, debate_id text, event_id text, at timestamptz, profile text)
ORDER BY tenant_id, debate_id
ON CONFLICT (tenant_id, debate_id) DO UPDATE SET
    event_id = excluded.event_id, at = excluded.at, profile = excluded.profile, mined = false
WHERE excluded.event_id < learning_debates.event_id;
