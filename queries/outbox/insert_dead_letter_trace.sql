-- Keep the trace context of a dead letter; the first one stays
-- Parameters:
--   dead_letter_id (TEXT): its id
--   traceparent (TEXT): W3C trace context
-- Returns: none
INSERT INTO dead_letter_traces (dead_letter_id, traceparent) VALUES (:dead_letter_id, :traceparent)
ON CONFLICT (dead_letter_id) DO NOTHING;
