-- Closed segments that nobody has described yet.
-- Parameters:
--   tenant_id (text): whose
--   row_limit (integer): most rows
-- Returns: one row per segment, by conversation and number
--   conversation_id (text), segment (integer)
SELECT conversation_id, segment
FROM segments
WHERE tenant_id = %(tenant_id)s AND tokens_by IS NULL AND status IN ('active', 'compressed')
ORDER BY conversation_id, segment
LIMIT %(row_limit)s;
