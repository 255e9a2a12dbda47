-- Drop one sent event's bytes
-- Parameters:
--   seq (INTEGER): its number
-- Returns: none
DELETE FROM queue WHERE seq = :seq;
