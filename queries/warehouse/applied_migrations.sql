-- The schema files that were applied.
-- Parameters: none
-- Returns: one row per file, in order
--   name   (String)
--   sha256 (String): of the text that was applied last
SELECT name, argMax(sha256, applied_at) AS sha256
FROM schema_migrations
GROUP BY name
ORDER BY name
