-- The last number that is stored in a conversation.
-- Parameters:
--   tenant_id (text): the tenant
--   conversation_id (text): the conversation
-- Returns: one row, none for an unknown conversation
--   sequence (bigint)
SELECT next_sequence - 1 AS sequence
FROM conversations
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s;
