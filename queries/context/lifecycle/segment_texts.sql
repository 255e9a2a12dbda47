-- The messages of a segment as they were said first, with what proves that another copy is the same.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   segment (integer): which
-- Returns: one row per message, by sequence
--   event_id (text), occurred_at (timestamptz), ingested_at (timestamptz): NULL when it was not stamped
--   payload_sha256 (text), text (text), nul_offsets (integer[]): text is NULL while archived
--   archived_sha256 (text): of the UTF-8 of the text while archived, else NULL
--   revised (boolean): whether it was edited or deleted
SELECT e.event_id, e.occurred_at, e.ingested_at, e.payload_sha256, e.text, e.nul_offsets, e.archived_sha256,
    e.revised_by IS NOT NULL AS revised
FROM segments AS s
JOIN conversation_events AS e
    ON e.tenant_id = s.tenant_id AND e.conversation_id = s.conversation_id
    AND e.sequence BETWEEN s.first_sequence AND s.last_sequence AND e.role IS NOT NULL
WHERE s.tenant_id = %(tenant_id)s AND s.conversation_id = %(conversation_id)s AND s.segment = %(segment)s
ORDER BY e.sequence;
