-- The raw request and response of one call, byte for byte, with the hashes they were recorded under.
-- Parameters:
--   call_id (VARCHAR): the call
-- Returns: one row per distinct event of that call, by first arrival
--   event_id        (VARCHAR)
--   provider        (VARCHAR)
--   model           (VARCHAR)
--   started_at      (TIMESTAMPTZ)
--   request         (BLOB): NULL when none was recorded
--   request_sha256  (VARCHAR): NULL with it
--   response        (BLOB): NULL when none was recorded
--   response_sha256 (VARCHAR): NULL with it
SELECT event_id, provider, model, started_at, request, request_sha256, response, response_sha256
FROM raw_llm_calls
WHERE call_id = $call_id
QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY topic, "partition", "offset") = 1
ORDER BY ingested_at, event_id;
