-- Ids of the memory events of one type that a replica has taken in.
-- Parameters:
--   replica_id (text): the node's id
--   event_type (text): the type
-- Returns: one row per event
--   event_id (text)
SELECT event_id FROM memory_events
WHERE replica_id = %(replica_id)s AND event_type = %(event_type)s
ORDER BY event_id;
