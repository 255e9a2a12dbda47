-- Ids of one type's events in the order they were taken in
-- Parameters:
--   event_type (TEXT): the type
-- Returns:
--   one row per event: event_id BLOB (32 bytes)
SELECT event_id FROM events WHERE event_type = :event_type ORDER BY seq;
