-- The tenants of which a replica has anything.
-- Parameters:
--   replica_id (text): the node's id
-- Returns: one row per tenant
--   tenant_id (text)
SELECT tenant_id FROM memory_replicas WHERE replica_id = %(replica_id)s ORDER BY tenant_id;
