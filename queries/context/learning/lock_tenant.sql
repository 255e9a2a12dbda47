-- Let one learner at a time work on a tenant, until the end of the transaction.
-- Parameters:
--   tenant_id (text): whose
-- Returns: one row of no meaning
SELECT pg_advisory_xact_lock(hashtext('learning'), hashtext(%(tenant_id)s::text));
