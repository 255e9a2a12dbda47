-- One session of a user: its state, and the conversation in which something was last said.
-- Parameters:
--   tenant_id (text): the tenant
--   user_id (text): the user
--   session_id (text): the session
--   conversation_id (text): take this conversation instead of the last one; NULL for the last one
--   expiry_s (double precision): seconds after which a session without any activity has expired
-- Returns: one row; none when the user has no such session
--   status (text): active, expired or closed
--   version (bigint), state (text): 0 and '{}' when nobody has stored a state
--   active_at (timestamptz): when something was last said or stored
--   expires_at (timestamptz)
--   conversation_id (text): NULL before anything was said
--   sequence (bigint): last number that is stored in this conversation; 0 before anything was said
--   segment (integer): number of its last segment
--   message_count (bigint), token_count (bigint): of this conversation
--   conversation_count (bigint): conversations of this session
WITH said AS (
    SELECT s.conversation_id, count(1) OVER () AS conversation_count,
        least(now(), t.last_at) AS newest  -- a clock that is ahead must not keep a session alive
    FROM session_conversations AS s
    JOIN sessions AS t ON t.tenant_id = s.tenant_id AND t.session_id = s.session_id AND t.user_id = s.user_id
    JOIN conversations AS c ON c.tenant_id = s.tenant_id AND c.conversation_id = s.conversation_id
    WHERE s.tenant_id = %(tenant_id)s AND s.user_id = %(user_id)s AND s.session_id = %(session_id)s
    ORDER BY (s.conversation_id = %(conversation_id)s::text) DESC NULLS LAST, c.last_at DESC NULLS LAST, s.conversation_id
    LIMIT 1
),
kept AS (
    SELECT state, version, closed_at, updated_at
    FROM session_states
    WHERE tenant_id = %(tenant_id)s AND user_id = %(user_id)s AND session_id = %(session_id)s
),
both_of AS (
    SELECT k.state, k.version, k.closed_at, s.conversation_id, s.conversation_count,
        greatest(k.updated_at, s.newest) AS active_at
    FROM kept AS k
    FULL JOIN said AS s ON true
)
SELECT
    CASE
        WHEN b.closed_at IS NOT NULL THEN 'closed'
        WHEN b.active_at + make_interval(secs => %(expiry_s)s) <= now() THEN 'expired'
        ELSE 'active'
    END AS status,
    coalesce(b.version, 0) AS version, coalesce(b.state, '{}') AS state, b.active_at,
    b.active_at + make_interval(secs => %(expiry_s)s) AS expires_at, b.conversation_id,
    coalesce(c.next_sequence - 1, 0) AS sequence, coalesce(c.segment_count, 0) AS segment,
    coalesce(c.message_count, 0) AS message_count, coalesce(c.token_count, 0) AS token_count,
    coalesce(b.conversation_count, 0) AS conversation_count
FROM both_of AS b
LEFT JOIN conversations AS c ON c.tenant_id = %(tenant_id)s AND c.conversation_id = b.conversation_id;
