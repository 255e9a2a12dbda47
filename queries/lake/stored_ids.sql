-- Distinct ids of the events of one type.
-- Parameters:
--   event_type (VARCHAR): e.g. message.added
-- Returns: one row per distinct event
--   event_id (VARCHAR)
SELECT DISTINCT event_id
FROM events
WHERE event_type = $event_type
ORDER BY event_id;
