-- Conversations of a tenant with the most tokens.
-- Parameters:
--   tenant_id (text): whose
--   row_limit (integer): most rows
-- Returns: one row per conversation, most tokens first
--   conversation_id (text), status (text): open or closed
--   message_count (bigint), token_count (bigint): estimated tokens
--   segment_count (integer)
--   first_at, last_at (timestamptz): NULL without a message
SELECT conversation_id, status, message_count, token_count, segment_count, first_at, last_at
FROM conversations
WHERE tenant_id = %(tenant_id)s
ORDER BY token_count DESC, conversation_id
LIMIT %(row_limit)s;
