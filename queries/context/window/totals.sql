-- What a conversation holds, for the scale on which a window's beginning stands.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
-- Returns: one row; none for an unknown conversation
--   message_count (bigint): turns that were stored, deleted ones included
--   token_count (bigint): of all turns, without the overhead of messages
--   revision_count (bigint): how often a turn was edited or deleted
SELECT message_count, token_count, revision_count
FROM conversations
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s;
