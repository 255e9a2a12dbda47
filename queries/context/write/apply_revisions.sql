-- Give messages the text that the newest edit or deletion of their conversation says, by occurred_at, then event_id.
-- Parameters:
--   tenant_ids (text[]): one per message that may have been revised
--   conversation_ids (text[]): in the same order
--   message_ids (text[]): in the same order
-- Returns: nothing
UPDATE conversation_events AS m SET
    revised_by = newest.event_id, revised_deleted = newest.event_type = 'message.deleted', revised_text = newest.text,
    revised_nul_offsets = newest.nul_offsets, revised_tokens = coalesce(newest.tokens, 0)
FROM (
    SELECT DISTINCT ON (r.tenant_id, r.conversation_id, r.target_event_id)
        r.tenant_id, r.conversation_id, r.target_event_id, r.event_id, r.event_type, r.text, r.nul_offsets, r.tokens
    FROM unnest(%(tenant_ids)s::text[], %(conversation_ids)s::text[], %(message_ids)s::text[])
        AS wanted (tenant_id, conversation_id, message_id)
    JOIN conversation_events AS r
        ON r.tenant_id = wanted.tenant_id AND r.conversation_id = wanted.conversation_id
        AND r.target_event_id = wanted.message_id
    ORDER BY r.tenant_id, r.conversation_id, r.target_event_id, r.occurred_at DESC, r.event_id DESC
) AS newest
WHERE m.event_id = newest.target_event_id AND m.tenant_id = newest.tenant_id
    AND m.conversation_id = newest.conversation_id AND m.role IS NOT NULL;
