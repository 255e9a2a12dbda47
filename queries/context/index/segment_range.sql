-- Where a segment begins and ends.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   segment (integer): which
-- Returns: one row; none when there is no such segment
--   first_sequence (bigint), last_sequence (bigint)
SELECT first_sequence, last_sequence
FROM segments
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND segment = %(segment)s;
