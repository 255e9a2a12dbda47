-- What the newest conversations of a tenant show.
-- Parameters:
--   tenant_id (text): whose
--   row_limit (integer): most conversations
-- Returns: one row per conversation
--   profile (text): JSON
SELECT profile
FROM learning_conversations
WHERE tenant_id = %(tenant_id)s AND profile IS NOT NULL
ORDER BY last_at DESC, conversation_id
LIMIT %(row_limit)s;
