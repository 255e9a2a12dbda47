-- The bytes of one event as they stood in Kafka.
-- Parameters:
--   event_id (VARCHAR): the event
-- Returns: one row, or none
--   envelope (BLOB)
SELECT envelope
FROM events
WHERE event_id = $event_id
ORDER BY topic, "partition", "offset"
LIMIT 1;
