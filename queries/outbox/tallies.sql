-- Distinct events by type
-- Parameters:
--   kind (TEXT): produced or extracted
-- Returns:
--   one row per type: event_type TEXT, count INTEGER, checksum INTEGER (sum of the ids' first 32 bits)
SELECT event_type, count, checksum FROM tallies WHERE kind = :kind ORDER BY event_type;
