-- How many events wait for Kafka, and since when
-- Parameters: none
-- Returns:
--   one row: count INTEGER, oldest_us INTEGER (microseconds since 1970; NULL when none waits)
SELECT
    (SELECT count(*) FROM queue),
    (SELECT ingested_us FROM events WHERE seq = (SELECT min(seq) FROM queue));
