-- How many calls there are, from when to when, and from which sources.
-- Parameters: none
-- Returns: one row per source, by name
--   source   (String)
--   calls    (UInt64): distinct calls
--   first_at (DateTime64(6)): UTC
--   last_at  (DateTime64(6)): UTC
SELECT source, count() AS calls, min(started_at) AS first_at, max(started_at) AS last_at
FROM llm_calls
GROUP BY source
ORDER BY source
