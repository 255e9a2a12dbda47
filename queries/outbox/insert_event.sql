-- Enter one event into the ledger
-- Parameters:
--   seq (INTEGER): its number
--   event_id (BLOB, 32 bytes): its id
--   event_type (TEXT): its type
--   ingested_us (INTEGER): microseconds since 1970
-- Returns: none
INSERT INTO events (seq, event_id, event_type, ingested_us) VALUES (:seq, :event_id, :event_type, :ingested_us);
