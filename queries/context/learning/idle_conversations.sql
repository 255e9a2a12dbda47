-- Open conversations to which nothing was said, and of which nothing arrived, since a time; the longest idle first.
-- Parameters:
--   idle_since (timestamptz): both the last turn and the last arrival are before
--   row_limit (integer): most rows
-- Returns: one row per conversation
--   tenant_id (text), conversation_id (text), message_count (bigint), user_id (text), session_id (text)
--   closed_event_id (text): NULL
SELECT c.tenant_id, c.conversation_id, c.message_count, e.user_id, e.session_id, c.closed_event_id
FROM conversations AS c
JOIN conversation_events AS e
    ON e.tenant_id = c.tenant_id AND e.conversation_id = c.conversation_id AND e.sequence = c.next_sequence - 1
WHERE c.status = 'open' AND c.last_at < %(idle_since)s AND coalesce(e.ingested_at, e.occurred_at) < %(idle_since)s
ORDER BY c.last_at, c.tenant_id, c.conversation_id
LIMIT %(row_limit)s;
