-- A user's consent to recall across sessions.
-- Parameters:
--   tenant_id (text): the tenant
--   user_id (text): the user
-- Returns: one row; none when the user was never asked, which means no
--   cross_session_recall (boolean)
--   changed_at (timestamptz)
SELECT cross_session_recall, changed_at
FROM user_consents
WHERE tenant_id = %(tenant_id)s AND user_id = %(user_id)s;
