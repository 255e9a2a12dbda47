-- Remove memories whose deletion everybody has seen.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
--   user_ids (text[]): one per memory
--   memory_ids (text[]): in the same order
-- Returns: nothing
DELETE FROM memories AS m
USING unnest(%(user_ids)s::text[], %(memory_ids)s::text[]) AS gone (user_id, memory_id)
WHERE m.tenant_id = %(tenant_id)s AND m.replica_id = %(replica_id)s
    AND m.user_id = gone.user_id AND m.memory_id = gone.memory_id;
