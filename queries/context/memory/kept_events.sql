-- The memory events whose envelope a replica still has, in the order of their nodes' numbers.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
-- Returns: one row per event
--   event_id (text)
--   node_id (text)
--   counter (bigint)
--   body (text): the envelope
SELECT event_id, node_id, counter, body
FROM memory_events
WHERE tenant_id = %(tenant_id)s AND replica_id = %(replica_id)s AND body IS NOT NULL AND counter IS NOT NULL
ORDER BY node_id, counter;
