-- The nodes that a replica knows besides its own.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
-- Returns: one row per node
--   node_id (text)
--   told (jsonb): the clock that it told last
--   heard_at (timestamptz): when it was last heard of
SELECT node_id, told, heard_at
FROM memory_nodes
WHERE tenant_id = %(tenant_id)s AND replica_id = %(replica_id)s
ORDER BY node_id;
