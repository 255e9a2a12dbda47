-- Count again what edited and deleted messages changed in the segments of conversations; what was described or summed up
-- before a change is no longer right and is forgotten.
-- Parameters:
--   tenant_ids (text[]): one per conversation
--   conversation_ids (text[]): in the same order
-- Returns: nothing
UPDATE segments AS s SET
    token_delta = now.token_delta, revised_turns = now.revised_turns, deleted_turns = now.deleted_turns,
    tokens_by = NULL, entity_ids = NULL, summary = NULL, summary_tokens = NULL, compressed_at = NULL,
    status = CASE WHEN s.status = 'compressed' THEN 'active' ELSE s.status END
FROM (
    SELECT s.tenant_id, s.conversation_id, s.segment,
        coalesce(sum(e.revised_tokens - e.tokens), 0) AS token_delta,
        count(e.event_id) AS revised_turns,
        count(e.event_id) FILTER (WHERE e.revised_deleted) AS deleted_turns
    FROM unnest(%(tenant_ids)s::text[], %(conversation_ids)s::text[]) AS wanted (tenant_id, conversation_id)
    JOIN segments AS s ON s.tenant_id = wanted.tenant_id AND s.conversation_id = wanted.conversation_id
    LEFT JOIN conversation_events AS e
        ON e.tenant_id = s.tenant_id AND e.conversation_id = s.conversation_id
        AND e.sequence BETWEEN s.first_sequence AND s.last_sequence AND e.revised_by IS NOT NULL
    GROUP BY s.tenant_id, s.conversation_id, s.segment
) AS now
WHERE s.tenant_id = now.tenant_id AND s.conversation_id = now.conversation_id AND s.segment = now.segment
    AND (now.revised_turns > 0 OR s.revised_turns > 0);
