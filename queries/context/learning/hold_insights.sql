-- Note which insights of a tenant hold now.
-- Parameters:
--   tenant_id (text): whose
--   insight_ids (text[]): those that hold
-- Returns: nothing
UPDATE learned_insights SET holds = NOT holds
WHERE tenant_id = %(tenant_id)s AND holds <> (insight_id = ANY(%(insight_ids)s::text[]));
