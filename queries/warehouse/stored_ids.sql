-- Distinct ids of the events that the warehouse accounts for.
-- Parameters: none
-- Returns: one row per event, in order
--   event_id (String)
SELECT event_id
FROM (SELECT event_id FROM llm_calls UNION DISTINCT SELECT event_id FROM llm_call_repeats)
ORDER BY event_id
