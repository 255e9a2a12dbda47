-- Some memories as a replica has them, deleted ones included.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
--   user_ids (text[]): one per memory
--   memory_ids (text[]): in the same order
-- Returns: one row per memory that is known
--   user_id (text), memory_id (text)
--   state (text): canonical JSON of the record
SELECT m.user_id, m.memory_id, m.state
FROM unnest(%(user_ids)s::text[], %(memory_ids)s::text[]) AS wanted (user_id, memory_id)
JOIN memories AS m
    ON m.tenant_id = %(tenant_id)s AND m.replica_id = %(replica_id)s
    AND m.user_id = wanted.user_id AND m.memory_id = wanted.memory_id;
