-- Tenants with debates that no pattern was made of yet.
-- Parameters: none
-- Returns: one row per tenant
--   tenant_id (text)
SELECT DISTINCT tenant_id FROM learning_debates WHERE NOT mined ORDER BY tenant_id;
