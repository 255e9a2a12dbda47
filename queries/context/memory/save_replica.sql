-- Write back what a locked replica has seen.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
--   seen (json): node -> ranges of event numbers that are here
--   purged (json): the same of events that nobody keeps any more
-- Returns: nothing
UPDATE memory_replicas SET seen = %(seen)s::jsonb, purged = %(purged)s::jsonb
WHERE tenant_id = %(tenant_id)s AND replica_id = %(replica_id)s;
