-- A user's memories as a replica has them, the latest change first.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
--   user_id (text): the user
--   tag (text): only those with this tag; NULL for all
--   row_limit (integer): most of them
--   row_offset (integer): leave out so many
-- Returns: one row per memory
--   memory_id (text)
--   state (text): canonical JSON of the record
--   total (bigint): memories in all
SELECT memory_id, state, count(1) OVER () AS total
FROM memories
WHERE tenant_id = %(tenant_id)s AND replica_id = %(replica_id)s AND user_id = %(user_id)s AND NOT deleted
    AND (%(tag)s::text IS NULL OR %(tag)s::text = ANY(tags))
ORDER BY updated_at DESC, memory_id
LIMIT %(row_limit)s OFFSET %(row_offset)s;
