-- Lock a conversation and read where one of its segments stands.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   segment (integer): which
-- Returns: one row, or none when there is no such segment
--   status (text)
--   is_last (boolean): the last segment of a conversation that is not closed
SELECT s.status, s.segment = c.segment_count AND c.status = 'open' AS is_last
FROM conversations AS c
JOIN segments AS s ON s.tenant_id = c.tenant_id AND s.conversation_id = c.conversation_id
WHERE c.tenant_id = %(tenant_id)s AND c.conversation_id = %(conversation_id)s AND s.segment = %(segment)s
FOR UPDATE OF c;
