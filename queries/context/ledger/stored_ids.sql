-- Ids of the stored events of one type.
-- Parameters:
--   event_type (text): the type
-- Returns: one row per event
--   event_id (text)
SELECT event_id FROM conversation_events WHERE event_type = %(event_type)s ORDER BY event_id;
