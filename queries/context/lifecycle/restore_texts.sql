-- Put texts back that came from the lake; only where they are, byte for byte, what was taken out.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   event_ids (text[]): messages
--   texts (text[]): each one's text, in the same order
-- Returns: one row per message that has its text again
--   event_id (text)
UPDATE conversation_events AS e SET text = found.text, archived_sha256 = NULL
FROM unnest(%(event_ids)s::text[], %(texts)s::text[]) AS found (event_id, text)
WHERE e.event_id = found.event_id AND e.tenant_id = %(tenant_id)s AND e.conversation_id = %(conversation_id)s
    AND e.archived_sha256 = encode(sha256(convert_to(found.text, 'UTF8')), 'hex')
RETURNING e.event_id;
