-- One conversation, to be closed: how long it is, who spoke last, whether it is closed already.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
-- Returns: one row, or none when nothing of it is stored
--   tenant_id (text), conversation_id (text), message_count (bigint)
--   user_id (text), session_id (text): of its last event; NULL when it has none
--   closed_event_id (text): NULL while it is open
SELECT c.tenant_id, c.conversation_id, c.message_count, e.user_id, e.session_id, c.closed_event_id
FROM conversations AS c
LEFT JOIN conversation_events AS e
    ON e.tenant_id = c.tenant_id AND e.conversation_id = c.conversation_id AND e.sequence = c.next_sequence - 1
WHERE c.tenant_id = %(tenant_id)s AND c.conversation_id = %(conversation_id)s;
