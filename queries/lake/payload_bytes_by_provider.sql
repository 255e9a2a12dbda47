-- How large the raw payloads are, by provider and day of ingestion.
-- Parameters: none
-- Returns: one row per provider and day, in that order
--   provider       (VARCHAR)
--   lake_date      (DATE): day of ingestion, UTC
--   calls          (BIGINT): distinct events
--   request_bytes  (BIGINT): sum over calls that recorded a request
--   response_bytes (BIGINT): sum over calls that recorded a response
SELECT provider, lake_date, count(*) AS calls,
       coalesce(sum(request_bytes), 0)::BIGINT AS request_bytes, coalesce(sum(response_bytes), 0)::BIGINT AS response_bytes
FROM (SELECT DISTINCT event_id, provider, lake_date, request_bytes, response_bytes FROM raw_llm_calls)
GROUP BY provider, lake_date
ORDER BY provider, lake_date;
