-- Whether a queued event or a dead letter still refers to a blob
-- Parameters:
--   blob (TEXT): SHA-256
-- Returns:
--   one row when one does, else none
SELECT 1 FROM queue WHERE blob = :blob
UNION ALL
SELECT 1 FROM dead_letters WHERE blob = :blob
LIMIT 1;
