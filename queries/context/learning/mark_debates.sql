-- Note that patterns were made of a tenant's debates.
-- Parameters:
--   tenant_id (text): whose
-- Returns: nothing
UPDATE learning_debates SET mined = true WHERE tenant_id = %(tenant_id)s AND NOT mined;
