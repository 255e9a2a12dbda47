-- Drop the bytes of a run of sent events
-- Parameters:
--   first (INTEGER): lowest number, inclusive
--   last (INTEGER): highest number, inclusive
-- Returns: none
DELETE FROM queue WHERE seq BETWEEN :first AND :last;
