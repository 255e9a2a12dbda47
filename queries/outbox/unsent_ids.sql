-- Ids of one type's events that wait for Kafka
-- Parameters:
--   event_type (TEXT): the type
-- Returns:
--   one row per event: event_id BLOB (32 bytes)
SELECT events.event_id
FROM queue JOIN events ON events.seq = queue.seq
WHERE queue.event_type = :event_type
ORDER BY queue.seq;
