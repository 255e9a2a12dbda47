-- The digest of everything said in a conversation up to a place, as a snapshot has it.
-- Parameters:
--   tenant_id (text): the tenant
--   conversation_id (text): the conversation
--   sequence (bigint): the last number that counts
-- Returns: one row
--   turns_sha256 (text)
SELECT encode(sha256(convert_to(coalesce(string_agg(event_id || payload_sha256, '' ORDER BY sequence), ''), 'UTF8')), 'hex')
    AS turns_sha256
FROM conversation_events
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND sequence <= %(sequence)s;
