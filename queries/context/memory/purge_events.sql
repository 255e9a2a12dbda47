-- Take the content out of the events of memories whose deletion everybody has seen; that they were there stays known.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
--   user_ids (text[]): one per memory
--   memory_ids (text[]): in the same order
-- Returns: one row per event
--   node_id (text)
--   counter (bigint): NULL from producers without clocks
UPDATE memory_events AS e SET body = NULL, purged = true
FROM unnest(%(user_ids)s::text[], %(memory_ids)s::text[]) AS gone (user_id, memory_id)
WHERE e.tenant_id = %(tenant_id)s AND e.replica_id = %(replica_id)s
    AND e.user_id = gone.user_id AND e.memory_id = gone.memory_id
RETURNING e.node_id, e.counter;
