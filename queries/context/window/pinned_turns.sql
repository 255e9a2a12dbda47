-- The turns of a conversation that its user pinned, in order.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   turn_limit (integer): most turns, newest first
-- Returns: one row per turn by sequence
--   sequence (bigint), role (text), text (text), nul_offsets (integer[]), tokens (bigint), occurred_at (timestamptz),
--   event_id (text), user_id (text), session_id (text): the turn as it reads now; see current_turns
SELECT sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id
FROM (
    SELECT t.sequence, t.role, t.text, t.nul_offsets, t.tokens, t.occurred_at, t.event_id, t.user_id, t.session_id
    FROM turn_marks AS m
    JOIN current_turns AS t
        ON t.tenant_id = m.tenant_id AND t.conversation_id = m.conversation_id AND t.event_id = m.turn_id
    WHERE m.tenant_id = %(tenant_id)s AND m.conversation_id = %(conversation_id)s AND m.pinned AND NOT t.archived
    ORDER BY t.sequence DESC
    LIMIT %(turn_limit)s
) AS newest
ORDER BY sequence;
