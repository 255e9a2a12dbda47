-- Make sure that a replica has a row per tenant; in key order, so that two writers never wait in a circle.
-- Parameters:
--   tenant_ids (text[]): the tenants
--   replica_id (text): the node's id
-- Returns: nothing
INSERT INTO memory_replicas (tenant_id, replica_id)
SELECT tenant_id, %(replica_id)s
FROM unnest(%(tenant_ids)s::text[]) AS wanted (tenant_id)
ORDER BY tenant_id COLLATE "C"
ON CONFLICT (tenant_id, replica_id) DO NOTHING;
