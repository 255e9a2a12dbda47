-- Note that an archived segment has its texts again.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   segment (integer): which
-- Returns: nothing
UPDATE segments SET status = 'active', archived_at = NULL, recalled_at = now(), recall_count = recall_count + 1
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND segment = %(segment)s;
