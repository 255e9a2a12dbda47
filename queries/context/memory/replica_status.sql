-- How a replica stands.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
-- Returns: one row, none before the first event
--   seen (jsonb), purged (jsonb): node -> ranges of event numbers
--   announced_at (timestamptz), synced_at (timestamptz): NULL before the first time
--   event_count_24h (bigint): events taken in during the last 24 hours
--   memory_count (bigint), tombstone_count (bigint): memories that are there; that are deleted and remembered as such
--   now (timestamptz): the server's time
SELECT r.seen, r.purged, r.announced_at, r.synced_at,
    (
        SELECT count(1) FROM memory_events AS e
        WHERE e.tenant_id = r.tenant_id AND e.replica_id = r.replica_id
            AND e.stored_at > now() - interval '24 hours'
    ) AS event_count_24h,
    (
        SELECT count(1) FROM memories AS m
        WHERE m.tenant_id = r.tenant_id AND m.replica_id = r.replica_id AND NOT m.deleted
    ) AS memory_count,
    (
        SELECT count(1) FROM memories AS m
        WHERE m.tenant_id = r.tenant_id AND m.replica_id = r.replica_id AND m.deleted
    ) AS tombstone_count,
    now() AS now
FROM memory_replicas AS r
WHERE r.tenant_id = %(tenant_id)s AND r.replica_id = %(replica_id)s;
