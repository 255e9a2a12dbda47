-- Which schema files were applied, and with which text.
-- Parameters: none
-- Returns: nothing
CREATE TABLE IF NOT EXISTS schema_migrations
(
    name       String,
    sha256     String,
    applied_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY name
