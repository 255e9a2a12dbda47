-- Where conversations stand, and which events are at the places where their indexes stand.
-- Parameters:
--   tenant_id (text): whose
--   conversation_ids (text[]): which
--   sequences (bigint[]): in the same order, up to where each is indexed; 0 for not at all
-- Returns: one row per conversation that is stored
--   conversation_id (text)
--   newest_sequence (bigint): of the newest event; 0 when there is none
--   revision_count (bigint): edits and deletions so far
--   newest_event_id (text): at newest_sequence; NULL when there is none
--   indexed_event_id (text): at the given sequence; NULL when there is none
SELECT c.conversation_id, c.next_sequence - 1 AS newest_sequence, c.revision_count,
    newest.event_id AS newest_event_id, indexed.event_id AS indexed_event_id
FROM unnest(%(conversation_ids)s::text[], %(sequences)s::bigint[]) AS wanted (conversation_id, sequence)
JOIN conversations AS c
    ON c.tenant_id = %(tenant_id)s AND c.conversation_id = wanted.conversation_id
LEFT JOIN conversation_events AS newest
    ON newest.tenant_id = c.tenant_id AND newest.conversation_id = c.conversation_id
    AND newest.sequence = c.next_sequence - 1
LEFT JOIN conversation_events AS indexed
    ON indexed.tenant_id = c.tenant_id AND indexed.conversation_id = c.conversation_id
    AND indexed.sequence = wanted.sequence;
