-- The turns of a conversation that its user pinned, in order.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   turn_limit (integer): most turns, newest first
-- Returns: one row per turn by sequence
--   sequence (bigint), role (text), text (text), nul_offsets (integer[]), tokens (bigint), occurred_at (timestamptz),
--   event_id (text), user_id (text), session_id (text): the turn as it reads now; see current_turns
WITH marked AS MATERIALIZED (
    SELECT turn_id FROM turn_marks
    WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND pinned
)
SELECT sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id
FROM (
    SELECT t.sequence, t.role, t.text, t.nul_offsets, t.tokens, t.occurred_at, t.event_id, t.user_id, t.session_id
    FROM marked AS m
    CROSS JOIN LATERAL (
        SELECT sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id
        FROM current_turns
        WHERE event_id = m.turn_id AND tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
            AND NOT archived
        OFFSET 0 -- few marks are looked up by their key; a join might read the whole conversation instead
    ) AS t
    ORDER BY t.sequence DESC
    LIMIT %(turn_limit)s
) AS newest
ORDER BY sequence;
