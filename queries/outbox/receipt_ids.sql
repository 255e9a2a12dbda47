-- Ids of one type's events that were removed from a store with a receipt
-- Parameters:
--   hop (TEXT): the store's sink
--   event_type (TEXT): the type
-- Returns:
--   one row per event: event_id TEXT
SELECT event_id FROM receipts WHERE hop = :hop AND event_type = :event_type ORDER BY event_id;
