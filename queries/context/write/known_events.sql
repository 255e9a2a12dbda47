-- Which of some events are stored already.
-- Parameters:
--   event_ids (text[]): the events
-- Returns: one row per stored event
--   event_id (text)
SELECT event_id FROM conversation_events WHERE event_id = ANY(%(event_ids)s::text[]);
