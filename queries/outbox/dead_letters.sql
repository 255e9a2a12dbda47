-- Dead letters, all or of one status
-- Parameters:
--   status (TEXT): unresolved or resolved; NULL for all
-- Returns:
--   one row per dead letter, oldest first: dead_letter_id, hop, status, reason TEXT; event_id, event_type, topic TEXT or NULL; partition, offset INTEGER or NULL; source TEXT or NULL; original BLOB or NULL; blob TEXT or NULL; recorded_us INTEGER; resolved_us INTEGER or NULL; resolution TEXT or NULL
SELECT
    dead_letter_id, hop, status, reason, event_id, event_type, topic, "partition", "offset", source, original, blob,
    recorded_us, resolved_us, resolution
FROM dead_letters
WHERE :status IS NULL OR status = :status
ORDER BY recorded_us, dead_letter_id;
