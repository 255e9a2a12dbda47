-- Store a session's state if its version is the expected one.
-- Parameters:
--   tenant_id (text): the tenant
--   user_id (text): the user
--   session_id (text): the session
--   state (text): JSON; NULL keeps the stored one
--   closed (boolean): whether the session is closed from now on
--   expected (bigint): version that must be stored now, 0 for none; NULL for any
-- Returns: one row; none when another version is stored
--   version (bigint): the new version
INSERT INTO session_states AS kept (tenant_id, user_id, session_id, state, closed_at)
SELECT %(tenant_id)s, %(user_id)s, %(session_id)s, coalesce(%(state)s::text, '{}'),
    CASE WHEN %(closed)s THEN now() END
WHERE coalesce(%(expected)s::bigint, 0) = 0
    OR EXISTS (
        SELECT 1 FROM session_states
        WHERE tenant_id = %(tenant_id)s AND user_id = %(user_id)s AND session_id = %(session_id)s
    )
ON CONFLICT (tenant_id, user_id, session_id) DO UPDATE SET
    state = coalesce(%(state)s::text, kept.state), version = kept.version + 1, updated_at = now(),
    closed_at = CASE WHEN %(closed)s THEN coalesce(kept.closed_at, now()) END
WHERE %(expected)s::bigint IS NULL OR kept.version = %(expected)s::bigint
RETURNING version;
