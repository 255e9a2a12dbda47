-- The turns of a conversation as they read now, in order.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   row_limit (integer): most turns, from the start
-- Returns: one row per turn
--   event_id (text), role (text)
--   text (text): NULL when it was moved to the lake; nul_offsets (integer[]): see conversation_events
--   occurred_at (timestamptz), provider (text), user_id (text), session_id (text)
SELECT event_id, role, text, nul_offsets, occurred_at, provider, user_id, session_id
FROM current_turns
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
ORDER BY sequence
LIMIT %(row_limit)s;
