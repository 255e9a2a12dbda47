-- What is stored of a conversation.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
-- Returns: one row; none for an unknown conversation
--   message_count (bigint): turns that are not deleted
--   token_count (bigint): of all turns, without the overhead of messages
--   name_count (bigint): distinct names that its segments are known by, at most eight a segment
--   segment_count (bigint), compressed_segments (bigint), archived_segments (bigint)
--   first_at, last_at (timestamptz): NULL before the first message
--   status (text): open or closed
--   snapshot (text): newest snapshot of one of its sessions, as session/number; NULL when there is none
SELECT
    c.message_count - c.deleted_count AS message_count,
    c.token_count,
    (
        SELECT count(DISTINCT name)
        FROM segments AS s, unnest(s.names) AS name
        WHERE s.tenant_id = c.tenant_id AND s.conversation_id = c.conversation_id
    ) AS name_count,
    (
        SELECT count(1) FROM segments AS s WHERE s.tenant_id = c.tenant_id AND s.conversation_id = c.conversation_id
    ) AS segment_count,
    (
        SELECT count(1) FROM segments AS s
        WHERE s.tenant_id = c.tenant_id AND s.conversation_id = c.conversation_id AND s.status = 'compressed'
    ) AS compressed_segments,
    (
        SELECT count(1) FROM segments AS s
        WHERE s.tenant_id = c.tenant_id AND s.conversation_id = c.conversation_id AND s.status = 'archived'
    ) AS archived_segments,
    c.first_at,
    c.last_at,
    c.status,
    (
        SELECT p.session_id || '/' || p.snapshot FROM session_snapshots AS p
        WHERE p.tenant_id = c.tenant_id AND p.conversation_id = c.conversation_id
        ORDER BY p.taken_at DESC, p.session_id DESC, p.snapshot DESC
        LIMIT 1
    ) AS snapshot
FROM conversations AS c
WHERE c.tenant_id = %(tenant_id)s AND c.conversation_id = %(conversation_id)s;
