-- Which schema files were applied.
-- Parameters: none
-- Returns: one row per applied file
--   name (text): of the query file
--   sha256 (text): of the file's text when it was applied
SELECT name, sha256 FROM schema_migrations ORDER BY name;
