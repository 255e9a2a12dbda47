-- The newest snapshot of a session.
-- Parameters:
--   tenant_id (text): the tenant
--   user_id (text): the user
--   session_id (text): the session
-- Returns: one row, none before the first snapshot
--   snapshot (integer), conversation_id (text), sequence (bigint), segment (integer), message_count (bigint),
--   token_count (bigint), turns_sha256 (text), state_version (bigint), taken_at (timestamptz)
SELECT snapshot, conversation_id, sequence, segment, message_count, token_count, turns_sha256, state_version, taken_at
FROM session_snapshots
WHERE tenant_id = %(tenant_id)s AND user_id = %(user_id)s AND session_id = %(session_id)s
ORDER BY snapshot DESC
LIMIT 1;
