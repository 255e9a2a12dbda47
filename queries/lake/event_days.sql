-- The days under which events are kept.
-- Parameters: none
-- Returns: one row per day that has events, in order
--   lake_date (DATE): day of ingestion, UTC
--   events    (BIGINT): rows, repeats included
SELECT lake_date, count(*) AS events
FROM events
GROUP BY lake_date
ORDER BY lake_date;
