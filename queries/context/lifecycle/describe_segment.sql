-- Describe a closed segment: its tokens for each tokenizer and the entities that its turns name most.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   segment (integer): which
--   tokens_by (json): tokenizer -> tokens
--   entity_ids (text[]): most named first
-- Returns: nothing
UPDATE segments SET tokens_by = %(tokens_by)s::json::jsonb, entity_ids = %(entity_ids)s::text[]
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND segment = %(segment)s AND status <> 'open';
