-- Make sure that conversations have a row; in key order, so that two writers never wait for each other in a circle.
-- Parameters:
--   tenant_ids (text[]): one per conversation
--   conversation_ids (text[]): in the same order
-- Returns: nothing
INSERT INTO conversations (tenant_id, conversation_id)
SELECT tenant_id, conversation_id
FROM unnest(%(tenant_ids)s::text[], %(conversation_ids)s::text[]) AS wanted (tenant_id, conversation_id)
ORDER BY tenant_id COLLATE "C", conversation_id COLLATE "C"
ON CONFLICT (tenant_id, conversation_id) DO NOTHING;
