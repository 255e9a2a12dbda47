-- What the newest debates of a tenant show.
-- Parameters:
--   tenant_id (text): whose
--   row_limit (integer): most debates
-- Returns: one row per debate
--   profile (text): JSON
SELECT profile FROM learning_debates WHERE tenant_id = %(tenant_id)s ORDER BY at DESC, debate_id LIMIT %(row_limit)s;
