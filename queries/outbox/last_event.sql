-- The newest ledger row's number and ingest time
-- Parameters: none
-- Returns:
--   one row, or none when the ledger is empty: seq INTEGER, ingested_us INTEGER (microseconds since 1970)
SELECT seq, ingested_us FROM events ORDER BY seq DESC LIMIT 1;
