-- All memories of a replica, deleted ones included.
-- Parameters:
--   replica_id (text): the node's id
-- Returns: one row per memory
--   tenant_id (text), user_id (text), memory_id (text)
--   state (text): canonical JSON of the record
SELECT tenant_id, user_id, memory_id, state
FROM memories
WHERE replica_id = %(replica_id)s
ORDER BY tenant_id, user_id, memory_id;
