-- Memories with tombstones that have rested for a while: candidates for compaction.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
--   rest_s (double precision): seconds since the last change
--   row_limit (integer): most of them
-- Returns: one row per memory, longest at rest first
--   user_id (text), memory_id (text)
--   state (text): canonical JSON of the record
SELECT user_id, memory_id, state
FROM memories
WHERE tenant_id = %(tenant_id)s AND replica_id = %(replica_id)s AND tombstones > 0
    AND touched_at <= now() - make_interval(secs => %(rest_s)s)
ORDER BY touched_at, user_id, memory_id
LIMIT %(row_limit)s;
