-- The segments of a tenant as the lifecycle sees them.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): only of this conversation; NULL for all
-- Returns: one row per segment, by conversation and number
--   conversation_id (text), segment (integer), status (text)
--   token_count (bigint): as it reads now
--   priority (double precision), last_at (timestamptz), pinned (boolean), heat (double precision), heat_at (timestamptz)
--   hot_bytes (bigint): bytes of its texts in PostgreSQL
--   is_last (boolean): the last segment of a conversation that is not closed
SELECT
    p.conversation_id, p.segment, p.status, p.token_count, p.priority, p.last_at, p.pinned, p.heat, p.heat_at,
    (
        SELECT coalesce(sum(octet_length(e.text)), 0)
        FROM conversation_events AS e
        WHERE e.tenant_id = p.tenant_id AND e.conversation_id = p.conversation_id
            AND e.sequence BETWEEN p.first_sequence AND p.last_sequence AND e.role IS NOT NULL
    ) AS hot_bytes,
    p.segment = c.segment_count AND c.status = 'open' AS is_last
FROM segment_priorities AS p
JOIN conversations AS c ON c.tenant_id = p.tenant_id AND c.conversation_id = p.conversation_id
WHERE p.tenant_id = %(tenant_id)s
    AND (%(conversation_id)s::text IS NULL OR p.conversation_id = %(conversation_id)s::text)
ORDER BY p.conversation_id, p.segment;
