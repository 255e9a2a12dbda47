-- How many events the learner has taken, per type, and the sum of their ids' first 32 bits.
-- Parameters: none
-- Returns: one row per event type
--   event_type (text)
--   count (bigint): distinct events
--   checksum (numeric): sum of the first 8 hexadecimal digits of each event_id
SELECT event_type, count(1) AS count, sum(('x' || left(event_id, 8))::bit(32)::bigint) AS checksum
FROM learning_events
GROUP BY event_type
ORDER BY event_type;
