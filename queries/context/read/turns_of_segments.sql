-- The turns of some segments of a conversation, in order.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   segments (integer[]): numbers of the segments
-- Returns: one row per turn by sequence
--   segment (integer)
--   sequence (bigint), role (text), text (text), nul_offsets (integer[]), tokens (bigint), occurred_at (timestamptz)
--   event_id (text), user_id (text), session_id (text)
SELECT s.segment, e.sequence, e.role, e.text, e.nul_offsets, e.tokens, e.occurred_at, e.event_id, e.user_id, e.session_id
FROM segments AS s
JOIN current_turns AS e
    ON e.tenant_id = s.tenant_id AND e.conversation_id = s.conversation_id
    AND e.sequence BETWEEN s.first_sequence AND s.last_sequence AND NOT e.archived
WHERE s.tenant_id = %(tenant_id)s AND s.conversation_id = %(conversation_id)s AND s.segment = ANY(%(segments)s::integer[])
ORDER BY e.sequence;
