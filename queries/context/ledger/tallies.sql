-- How many events are stored, per type, and the sum of their ids' first 32 bits.
-- Parameters: none
-- Returns: one row per event type that has events
--   event_type (text)
--   count (bigint): events; event_id is unique, so these are distinct
--   checksum (numeric): sum over the events of the first 8 hexadecimal digits of event_id
SELECT event_type, count(1) AS count, sum(('x' || left(event_id, 8))::bit(32)::bigint) AS checksum
FROM conversation_events
GROUP BY event_type
ORDER BY event_type;
