-- Turns as they read now, by their ids; deleted ones and those whose text is only in the lake are left out.
-- Parameters:
--   tenant_id (text): the tenant
--   user_id (text): only turns of this user's exchanges
--   turn_ids (text[]): event ids
-- Returns: one row per turn
--   event_id (text), conversation_id (text), sequence (bigint), session_id (text), role (text)
--   text (text): with U+2400 where nul_offsets says that U+0000 was
--   nul_offsets (integer[]): NULL when there are none
--   occurred_at (timestamptz)
SELECT t.event_id, t.conversation_id, t.sequence, t.session_id, t.role, t.text, t.nul_offsets, t.occurred_at
FROM conversation_events AS e
JOIN current_turns AS t
    ON t.tenant_id = e.tenant_id AND t.conversation_id = e.conversation_id AND t.sequence = e.sequence
WHERE e.event_id = ANY(%(turn_ids)s::text[]) AND e.tenant_id = %(tenant_id)s AND e.user_id = %(user_id)s
    AND t.text IS NOT NULL AND NOT t.archived;
