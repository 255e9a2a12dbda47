-- Edited and deleted turns of a conversation up to a place.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   until (bigint): the last sequence that is wanted
-- Returns: one row per edited or deleted turn by sequence
--   event_id (text), sequence (bigint)
--   deleted (boolean)
--   revised_by (text): the event that says so
SELECT event_id, sequence, revised_deleted AS deleted, revised_by
FROM conversation_events
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND revised_by IS NOT NULL
    AND role <> 'system' AND sequence <= %(until)s
ORDER BY sequence;
