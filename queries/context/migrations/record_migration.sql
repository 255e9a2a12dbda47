-- Note that a schema file was applied.
-- Parameters:
--   name (text): of the query file
--   sha256 (text): of its text
-- Returns: nothing
INSERT INTO schema_migrations (name, sha256) VALUES (%(name)s, %(sha256)s);
