-- Add what was said to sessions; in key order, so that two writers never wait for each other in a circle.
-- Parameters:
--   rows (json): array of objects with the columns below
-- Returns: nothing
INSERT INTO sessions AS kept (tenant_id, session_id, user_id, first_at, last_at, message_count, token_count)
SELECT tenant_id, session_id, user_id, first_at, last_at, message_count, token_count
FROM json_to_recordset(%(rows)s::json) AS r (
    tenant_id text, session_id text, user_id text, first_at timestamptz, last_at timestamptz, message_count bigint,
    token_count bigint
)
ORDER BY tenant_id COLLATE "C", session_id COLLATE "C", user_id COLLATE "C"
ON CONFLICT (tenant_id, session_id, user_id) DO UPDATE SET
    first_at = LEAST(kept.first_at, EXCLUDED.first_at),
    last_at = GREATEST(kept.last_at, EXCLUDED.last_at),
    message_count = kept.message_count + EXCLUDED.message_count,
    token_count = kept.token_count + EXCLUDED.token_count;
