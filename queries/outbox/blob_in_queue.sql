-- Whether a queued event still refers to a blob
-- Parameters:
--   blob (TEXT): SHA-256
-- Returns:
--   one row when it does, else none
SELECT 1 FROM queue WHERE blob = :blob LIMIT 1;
