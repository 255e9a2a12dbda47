-- Note that a segment's texts are only in the lake now.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   segment (integer): which
-- Returns: nothing
UPDATE segments SET status = 'archived', archived_at = now(), state = NULL
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND segment = %(segment)s;
