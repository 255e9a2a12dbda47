-- Which of some events are stored already.
-- Parameters:
--   event_ids (json): array of ids; as text, which a thousand of them cost less in than as an array
-- Returns: one row per stored event
--   event_id (text)
SELECT event_id
FROM conversation_events
WHERE event_id = ANY(ARRAY(SELECT json_array_elements_text(%(event_ids)s::json)));
