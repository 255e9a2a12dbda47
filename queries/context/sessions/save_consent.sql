-- Store a user's consent to recall across sessions, or its withdrawal.
-- Parameters:
--   tenant_id (text): the tenant
--   user_id (text): the user
--   allowed (boolean): whether it is given
-- Returns: one row
--   cross_session_recall (boolean)
--   changed_at (timestamptz): unchanged when it was so before
INSERT INTO user_consents AS kept (tenant_id, user_id, cross_session_recall)
VALUES (%(tenant_id)s, %(user_id)s, %(allowed)s)
ON CONFLICT (tenant_id, user_id) DO UPDATE SET
    cross_session_recall = EXCLUDED.cross_session_recall,
    changed_at = CASE
        WHEN kept.cross_session_recall = EXCLUDED.cross_session_recall THEN kept.changed_at ELSE now()
    END
RETURNING cross_session_recall, changed_at;
