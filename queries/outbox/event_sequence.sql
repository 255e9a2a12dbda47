-- The ledger number of one event
-- Parameters:
--   event_id (BLOB, 32 bytes): the event's id
-- Returns:
--   one row, or none when it was never produced: seq INTEGER
SELECT seq FROM events WHERE event_id = :event_id;
