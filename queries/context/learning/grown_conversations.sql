-- Conversations that went on, or were edited, after they were learned from, or whose profile is of another version.
-- Parameters:
--   profile_version (integer): of this program
--   row_limit (integer): most rows
-- Returns: one row per conversation
--   tenant_id (text), conversation_id (text)
SELECT l.tenant_id, l.conversation_id
FROM learning_conversations AS l
JOIN conversations AS c ON c.tenant_id = l.tenant_id AND c.conversation_id = l.conversation_id
WHERE l.learned_messages >= 0
    AND (
        c.message_count > l.learned_messages
        OR c.revision_count > l.learned_revisions
        OR l.profile_version <> %(profile_version)s
    )
ORDER BY l.tenant_id, l.conversation_id
LIMIT %(row_limit)s;
