-- The distinct events of one day in the order of their ingestion, with their bytes.
-- Parameters:
--   lake_date (DATE): day of ingestion, UTC
--   after     (TIMESTAMPTZ): only events ingested later than this
-- Returns: one row per distinct event, by ingested_at
--   ingested_at (TIMESTAMPTZ)
--   envelope    (BLOB): the record's value exactly as in Kafka
SELECT ingested_at, envelope
FROM events
WHERE lake_date = $lake_date::DATE AND ingested_at > $after::TIMESTAMPTZ
QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY topic, "partition", "offset") = 1
ORDER BY ingested_at, event_id;
