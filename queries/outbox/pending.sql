-- Queued events in order
-- Parameters:
--   after (INTEGER): only numbers above this
--   limit (INTEGER): at most so many rows
-- Returns:
--   one row per event: seq INTEGER, event_type TEXT, key TEXT, traceparent TEXT or NULL, blob TEXT or NULL, body BLOB
SELECT seq, event_type, key, traceparent, blob, body FROM queue WHERE seq > :after ORDER BY seq LIMIT :limit;
