-- Which of some events a replica has taken in already.
-- Parameters:
--   tenant_id (text): the tenant
--   replica_id (text): the node's id
--   event_ids (text[]): the events
-- Returns: one row per known event
--   event_id (text)
SELECT event_id FROM memory_events
WHERE tenant_id = %(tenant_id)s AND replica_id = %(replica_id)s AND event_id = ANY(%(event_ids)s::text[]);
