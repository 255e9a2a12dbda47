-- How far a conversation is stored.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
-- Returns: one row, or none
--   message_count (bigint), revision_count (bigint)
SELECT message_count, revision_count
FROM conversations
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s;
