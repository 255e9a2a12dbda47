-- Add events to a replica's log; of those that are there without their body, add the body.
-- Parameters:
--   rows (json): array of objects with the columns below
-- Returns: nothing
INSERT INTO memory_events AS kept (
    tenant_id, replica_id, event_id, event_type, node_id, counter, user_id, memory_id, occurred_at, body
)
SELECT tenant_id, replica_id, event_id, event_type, node_id, counter, user_id, memory_id, occurred_at, body
FROM json_to_recordset(%(rows)s::json) AS r (
    tenant_id text, replica_id text, event_id text, event_type text, node_id text, counter bigint, user_id text,
    memory_id text, occurred_at timestamptz, body text
)
ORDER BY tenant_id COLLATE "C", replica_id COLLATE "C", event_id COLLATE "C"
ON CONFLICT (tenant_id, replica_id, event_id) DO UPDATE SET body = EXCLUDED.body
WHERE kept.body IS NULL AND NOT kept.purged AND EXCLUDED.body IS NOT NULL;
