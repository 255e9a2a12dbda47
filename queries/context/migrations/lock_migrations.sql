-- Let one applier of migrations through at a time; the lock ends with the transaction.
-- Parameters: none
-- Returns: one row
--   pg_advisory_xact_lock (void)
SELECT pg_advisory_xact_lock(hashtextextended('bigdata-workbench.schema_migrations', 0));
