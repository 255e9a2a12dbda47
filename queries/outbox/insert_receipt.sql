-- Note that an event was removed from a store on purpose
-- Parameters:
--   hop (TEXT): the store's sink
--   event_type (TEXT): its type
--   event_id (TEXT): its id
--   reason (TEXT): retention or forgetting, and which
--   removed_us (INTEGER): microseconds since 1970
-- Returns: none
INSERT INTO receipts (hop, event_type, event_id, reason, removed_us)
VALUES (:hop, :event_type, :event_id, :reason, :removed_us)
ON CONFLICT (hop, event_type, event_id) DO NOTHING;
