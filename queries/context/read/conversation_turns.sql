-- All turns of a conversation as they read now, with the segment that each one is in.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
-- Returns: one row per turn by sequence
--   sequence (bigint), segment (integer), event_id (text), role (text), text (text), nul_offsets (integer[])
--   text is NULL while the turn is archived; tokens (bigint)
--   occurred_at (timestamptz)
--   provider (text), model (text): NULL when not known
SELECT e.sequence, s.segment, e.event_id, e.role, e.text, e.nul_offsets, e.tokens, e.occurred_at, e.provider, e.model
FROM current_turns AS e
JOIN segments AS s
    ON s.tenant_id = e.tenant_id AND s.conversation_id = e.conversation_id
    AND e.sequence BETWEEN s.first_sequence AND s.last_sequence
WHERE e.tenant_id = %(tenant_id)s AND e.conversation_id = %(conversation_id)s
ORDER BY e.sequence;
