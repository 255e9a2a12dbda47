-- Tenants that anything was learned about.
-- Parameters: none
-- Returns: one row per tenant
--   tenant_id (text)
SELECT tenant_id FROM learning_conversations
UNION
SELECT tenant_id FROM learning_debates
ORDER BY tenant_id;
