-- The bytes of some events as they stood in Kafka.
-- Parameters:
--   event_ids  (VARCHAR[]): the events
--   first_date (DATE): earliest day of their ingestion, UTC
--   last_date  (DATE): latest day of their ingestion, UTC
-- Returns: one row per event that the lake has
--   event_id (VARCHAR)
--   envelope (BLOB)
SELECT event_id, envelope
FROM events
WHERE lake_date BETWEEN $first_date::DATE AND $last_date::DATE AND event_id IN (SELECT unnest($event_ids::VARCHAR[]))
QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY topic, "partition", "offset") = 1
ORDER BY event_id;
