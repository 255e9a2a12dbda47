-- Remember which schema files were applied, and with which text.
-- Parameters: none
-- Returns: nothing
CREATE TABLE IF NOT EXISTS schema_migrations (
    name text COLLATE "C" PRIMARY KEY,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
