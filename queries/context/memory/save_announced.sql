-- Note which clock a node told the others.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
--   announced (json): the clock
-- Returns: nothing
UPDATE memory_replicas SET announced = %(announced)s::jsonb, announced_at = now()
WHERE tenant_id = %(tenant_id)s AND replica_id = %(replica_id)s;
