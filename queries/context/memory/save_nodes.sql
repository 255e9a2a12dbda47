-- Note what other nodes told.
-- Parameters:
--   rows (json): array of objects with the columns below
-- Returns: nothing
INSERT INTO memory_nodes (tenant_id, replica_id, node_id, told)
SELECT tenant_id, replica_id, node_id, told
FROM json_to_recordset(%(rows)s::json) AS r (tenant_id text, replica_id text, node_id text, told jsonb)
ON CONFLICT (tenant_id, replica_id, node_id) DO UPDATE SET told = EXCLUDED.told, heard_at = now();
