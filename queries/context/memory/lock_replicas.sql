-- Lock a replica's rows in key order and read what it has seen.
-- Parameters:
--   tenant_ids (text[]): the tenants
--   replica_id (text): the node's id
-- Returns: one row per tenant
--   tenant_id (text)
--   seen (jsonb), purged (jsonb): node -> ranges of event numbers
--   announced (jsonb): the clock that this node told last
--   announced_at (timestamptz): NULL before the first time
SELECT tenant_id, seen, purged, announced, announced_at
FROM memory_replicas
WHERE tenant_id = ANY(%(tenant_ids)s::text[]) AND replica_id = %(replica_id)s
ORDER BY tenant_id
FOR UPDATE;
