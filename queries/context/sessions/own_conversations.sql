-- A user's conversations that nobody else has a part in, the latest first; none without the user's consent.
-- Parameters:
--   tenant_id (text): the tenant
--   user_id (text): the user
--   except_conversation_id (text): leave out this one
--   row_limit (integer): most of them
-- Returns: one row per conversation
--   conversation_id (text)
--   last_at (timestamptz)
SELECT conversation_id, last_at
FROM (
    SELECT DISTINCT ON (s.conversation_id) s.conversation_id, c.last_at
    FROM session_conversations AS s
    JOIN conversations AS c ON c.tenant_id = s.tenant_id AND c.conversation_id = s.conversation_id
    JOIN user_consents AS u ON u.tenant_id = s.tenant_id AND u.user_id = s.user_id AND u.cross_session_recall
    WHERE s.tenant_id = %(tenant_id)s AND s.user_id = %(user_id)s
        AND s.conversation_id <> %(except_conversation_id)s
        AND NOT EXISTS (
            SELECT 1 FROM session_conversations AS o
            WHERE o.tenant_id = s.tenant_id AND o.conversation_id = s.conversation_id AND o.user_id <> s.user_id
        )
    ORDER BY s.conversation_id
) AS own
ORDER BY last_at DESC NULLS LAST, conversation_id
LIMIT %(row_limit)s;
