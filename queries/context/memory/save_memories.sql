-- Insert or replace memories of a locked replica.
-- Parameters:
--   rows (json): array of objects with the columns below
-- Returns: nothing
INSERT INTO memories AS kept (
    tenant_id, replica_id, user_id, memory_id, state, deleted, tombstones, tags, updated_at
)
SELECT tenant_id, replica_id, user_id, memory_id, state, deleted, tombstones, tags, updated_at
FROM json_to_recordset(%(rows)s::json) AS r (
    tenant_id text, replica_id text, user_id text, memory_id text, state text, deleted boolean, tombstones integer,
    tags text[], updated_at timestamptz
)
ON CONFLICT (tenant_id, replica_id, user_id, memory_id) DO UPDATE SET
    state = EXCLUDED.state, deleted = EXCLUDED.deleted, tombstones = EXCLUDED.tombstones, tags = EXCLUDED.tags,
    updated_at = EXCLUDED.updated_at, touched_at = now();
