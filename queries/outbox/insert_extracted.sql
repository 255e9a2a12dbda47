-- Note that extraction has done an event; a repeat changes nothing
-- Parameters:
--   event_id (BLOB, 32 bytes): the event's id
--   event_type (TEXT): its type
-- Returns:
--   one row when it was not noted before: event_id BLOB
INSERT INTO extracted (event_id, event_type) VALUES (:event_id, :event_type)
ON CONFLICT (event_id) DO NOTHING
RETURNING event_id;
