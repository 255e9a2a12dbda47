-- Count again the deleted messages of conversations.
-- Parameters:
--   tenant_ids (text[]): one per conversation
--   conversation_ids (text[]): in the same order
-- Returns: nothing
UPDATE conversations AS c
SET deleted_count = (
    SELECT count(1)
    FROM conversation_events AS e
    WHERE e.tenant_id = c.tenant_id AND e.conversation_id = c.conversation_id AND e.revised_by IS NOT NULL
        AND e.revised_deleted
)
FROM unnest(%(tenant_ids)s::text[], %(conversation_ids)s::text[]) AS wanted (tenant_id, conversation_id)
WHERE c.tenant_id = wanted.tenant_id AND c.conversation_id = wanted.conversation_id;
