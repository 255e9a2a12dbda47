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
-- Each look-up is a subquery of its own, so that it goes by the whole key: joined, the planner read whole conversations.
SELECT c.conversation_id, c.newest_sequence, c.revision_count,
    (
        SELECT e.event_id FROM conversation_events AS e
        WHERE e.tenant_id = %(tenant_id)s AND e.conversation_id = c.conversation_id AND e.sequence = c.newest_sequence
    ) AS newest_event_id,
    (
        SELECT e.event_id FROM conversation_events AS e
        WHERE e.tenant_id = %(tenant_id)s AND e.conversation_id = c.conversation_id AND e.sequence = wanted.sequence
    ) AS indexed_event_id
FROM unnest(%(conversation_ids)s::text[], %(sequences)s::bigint[]) AS wanted (conversation_id, sequence)
CROSS JOIN LATERAL (
    SELECT conversation_id, next_sequence - 1 AS newest_sequence, revision_count
    FROM conversations
    WHERE tenant_id = %(tenant_id)s AND conversation_id = wanted.conversation_id
    LIMIT 1
) AS c;
