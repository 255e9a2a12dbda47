-- Whose a message is.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   message_id (text): its event id
-- Returns: one row, or none when the conversation has no such message
--   session_id (text), user_id (text)
SELECT session_id, user_id
FROM conversation_events
WHERE event_id = %(message_id)s AND tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
    AND role IS NOT NULL;
