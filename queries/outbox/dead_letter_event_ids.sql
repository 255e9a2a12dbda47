-- Ids of one type's events that are unresolved dead letters of a hop, or were never taken by Kafka
-- Parameters:
--   hop (TEXT): the sink
--   event_type (TEXT): the type
-- Returns:
--   one row per event: event_id TEXT
SELECT DISTINCT event_id FROM dead_letters
WHERE status = 'unresolved' AND hop IN (:hop, 'kafka') AND event_type = :event_type AND event_id IS NOT NULL
ORDER BY event_id;
