-- Remove a tenant's patterns, before the new ones are written in the same transaction.
-- Parameters:
--   tenant_id (text): whose
-- Returns: nothing
DELETE FROM learned_patterns WHERE tenant_id = %(tenant_id)s;
