-- Lock conversations in key order and read where each one stands.
-- Parameters:
--   rows (json): array of objects with tenant_id and conversation_id
-- Returns: one row per conversation
--   tenant_id (text), conversation_id (text)
--   next_sequence (bigint): number of the next event
--   segment_count (integer): number of the last segment; 0 when there is none
--   message_count (bigint), token_count (bigint)
--   first_at, last_at (timestamptz): NULL before the first message
--   closed_at (timestamptz), closed_reason (text), closed_event_id (text): NULL while open
--   source_last (bigint): highest source_sequence; NULL when no event had one
--   revision_count (bigint): edits and deletions of its messages
SELECT c.tenant_id, c.conversation_id, c.next_sequence, c.segment_count, c.message_count, c.token_count,
    c.first_at, c.last_at, c.closed_at, c.closed_reason, c.closed_event_id, c.source_last,
    c.revision_count
FROM conversations AS c
JOIN json_to_recordset(%(rows)s::json) AS wanted (tenant_id text, conversation_id text)
    ON c.tenant_id = wanted.tenant_id AND c.conversation_id = wanted.conversation_id
ORDER BY c.tenant_id, c.conversation_id
FOR UPDATE OF c;
