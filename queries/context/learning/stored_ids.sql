-- Ids of the events of one type that the learner has taken.
-- Parameters:
--   event_type (text): the type
-- Returns: one row per event
--   event_id (text)
SELECT event_id FROM learning_events WHERE event_type = %(event_type)s ORDER BY event_id;
