-- Trace context of one dead letter
-- Parameters:
--   dead_letter_id (TEXT): its whole id
-- Returns:
--   one row when it has one: traceparent TEXT
SELECT traceparent FROM dead_letter_traces WHERE dead_letter_id = :dead_letter_id;
