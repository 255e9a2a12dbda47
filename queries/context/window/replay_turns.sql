-- The newest turns of a conversation with the models that said them, in order.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   turn_limit (integer): most turns
-- Returns: one row per turn by sequence
--   sequence (bigint), role (text), text (text), nul_offsets (integer[]), tokens (bigint), occurred_at (timestamptz),
--   event_id (text), user_id (text), session_id (text): the turn as it reads now; see current_turns
--   model (text): NULL when not known
SELECT sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id, model
FROM (
    SELECT sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id, model
    FROM current_turns
    WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND NOT archived
    ORDER BY sequence DESC
    LIMIT %(turn_limit)s
) AS newest
ORDER BY sequence;
