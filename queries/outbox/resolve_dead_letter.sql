-- Mark a dead letter resolved
-- Parameters:
--   dead_letter_id (TEXT): its id
--   resolved_us (INTEGER): microseconds since 1970
--   resolution (TEXT): what was done
-- Returns:
--   one row when it was unresolved: dead_letter_id TEXT
UPDATE dead_letters SET status = 'resolved', resolved_us = :resolved_us, resolution = :resolution
WHERE dead_letter_id = :dead_letter_id AND status = 'unresolved'
RETURNING dead_letter_id;
