-- Distinct ids of the debates' events that the warehouse accounts for.
-- Parameters: none
-- Returns: one row per event, in order
--   event_id (String)
SELECT DISTINCT event_id
FROM debate_rounds
ORDER BY event_id
