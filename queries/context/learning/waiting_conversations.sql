-- Completed conversations that were not learned from yet, and whose turns are stored as far as their completion says.
-- Parameters:
--   patience_s (double precision): seconds after which missing turns are not waited for
--   row_limit (integer): most rows
-- Returns: one row per conversation
--   tenant_id (text), conversation_id (text)
SELECT l.tenant_id, l.conversation_id
FROM learning_conversations AS l
JOIN conversations AS c ON c.tenant_id = l.tenant_id AND c.conversation_id = l.conversation_id
WHERE l.learned_messages < 0
    AND (
        c.message_count >= l.expected_messages
        OR l.waits_since < now() - make_interval(secs => %(patience_s)s::double precision)
    )
ORDER BY l.tenant_id, l.conversation_id
LIMIT %(row_limit)s;
