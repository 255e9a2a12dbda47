-- How many memory events a replica has taken in, per type, and the sum of their ids' first 32 bits.
-- Parameters:
--   replica_id (text): the node's id
-- Returns: one row per event type that has events
--   event_type (text)
--   count (bigint): events
--   checksum (numeric): sum over the events of the first 8 hexadecimal digits of event_id
SELECT event_type, count(1) AS count, sum(('x' || left(event_id, 8))::bit(32)::bigint) AS checksum
FROM memory_events
WHERE replica_id = %(replica_id)s
GROUP BY event_type
ORDER BY event_type;
