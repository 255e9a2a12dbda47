-- Take texts out of PostgreSQL that were found in the lake; only where the text is still the one that was compared.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   event_ids (text[]): messages
--   digests (text[]): SHA-256 of the UTF-8 of each one's text, in the same order
-- Returns: one row per message whose text was taken out
--   event_id (text)
UPDATE conversation_events AS e SET
    archived_sha256 = found.digest, text = NULL, revised_text = NULL, revised_nul_offsets = NULL
FROM unnest(%(event_ids)s::text[], %(digests)s::text[]) AS found (event_id, digest)
WHERE e.event_id = found.event_id AND e.tenant_id = %(tenant_id)s AND e.conversation_id = %(conversation_id)s
    AND encode(sha256(convert_to(e.text, 'UTF8')), 'hex') = found.digest
RETURNING e.event_id;
