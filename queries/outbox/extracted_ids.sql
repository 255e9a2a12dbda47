-- Ids of one type's events that extraction has done
-- Parameters:
--   event_type (TEXT): the type
-- Returns:
--   one row per event: event_id BLOB (32 bytes)
SELECT event_id FROM extracted WHERE event_type = :event_type;
