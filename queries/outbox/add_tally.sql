-- Add to a type's tally
-- Parameters:
--   kind (TEXT): produced or extracted
--   event_type (TEXT): the type
--   count (INTEGER): events to add
--   checksum (INTEGER): sum of their ids' first 32 bits
-- Returns: none
INSERT INTO tallies (kind, event_type, count, checksum) VALUES (:kind, :event_type, :count, :checksum)
ON CONFLICT (kind, event_type) DO UPDATE SET count = count + excluded.count, checksum = checksum + excluded.checksum;
