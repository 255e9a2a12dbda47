-- Note that a replica has just taken in everything that Kafka had.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
-- Returns: nothing
UPDATE memory_replicas SET synced_at = now() WHERE tenant_id = %(tenant_id)s AND replica_id = %(replica_id)s;
