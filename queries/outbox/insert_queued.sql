-- Queue one event's bytes for Kafka; what is queued already stays as it is
-- Parameters:
--   seq (INTEGER): its number in the ledger
--   event_type (TEXT): its type
--   key (TEXT): its Kafka key
--   traceparent (TEXT): W3C trace context, may be NULL
--   blob (TEXT): SHA-256 of its claim-checked payload, may be NULL
--   body (BLOB): the envelope as it will be sent
-- Returns: none
INSERT INTO queue (seq, event_type, key, traceparent, blob, body)
VALUES (:seq, :event_type, :key, :traceparent, :blob, :body)
ON CONFLICT (seq) DO NOTHING;
