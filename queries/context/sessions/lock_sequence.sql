-- Lock a conversation and read the last number that is stored in it; whoever appends to it waits.
-- Parameters:
--   tenant_id (text): the tenant
--   conversation_id (text): the conversation
-- Returns: one row, none for a conversation without a row
--   sequence (bigint)
SELECT next_sequence - 1 AS sequence
FROM conversations
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
FOR UPDATE;
