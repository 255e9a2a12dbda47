-- Some turns of a conversation, in order.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   sequences (bigint[]): which turns; numbers that are no turn are passed over
-- Returns: one row per turn by sequence
--   sequence (bigint), role (text), text (text), nul_offsets (integer[]), tokens (bigint), occurred_at (timestamptz),
--   event_id (text), user_id (text), session_id (text): the turn as it reads now; see current_turns
SELECT sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id
FROM current_turns
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND sequence = ANY(%(sequences)s::bigint[])
    AND NOT archived
ORDER BY sequence;
