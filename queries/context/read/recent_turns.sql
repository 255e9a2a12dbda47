-- The newest turns of a conversation that fit a token budget, and its newest system turn.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   turn_limit (integer): most turns to look at, newest first
--   budget_tokens (bigint): most tokens of all returned turns, the overhead of each included
--   overhead_tokens (integer): tokens that a turn costs besides its text
-- Returns: one row per turn by sequence; a single row without a turn when none fits; none for an unknown conversation
--   message_count (bigint): turns that are stored and not deleted
--   sequence (bigint), role (text), text (text), nul_offsets (integer[]), tokens (bigint), occurred_at (timestamptz),
--   event_id (text), user_id (text), session_id (text): the turn as it reads now; see current_turns
SELECT c.message_count - c.deleted_count AS message_count, turn.sequence, turn.role, turn.text, turn.nul_offsets,
    turn.tokens, turn.occurred_at, turn.event_id, turn.user_id, turn.session_id
FROM conversations AS c
LEFT JOIN (
    SELECT sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id
    FROM (
        SELECT sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id,
            sum(tokens + %(overhead_tokens)s) OVER (ORDER BY sequence DESC) AS running_tokens
        FROM (
            SELECT sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id
            FROM current_turns
            WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND NOT archived
            ORDER BY sequence DESC
            LIMIT %(turn_limit)s
        ) AS newest
    ) AS counted
    WHERE running_tokens <= %(budget_tokens)s
    UNION
    (
        SELECT sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id
        FROM current_turns
        WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND role = 'system' AND NOT archived
        ORDER BY sequence DESC
        LIMIT 1
    )
) AS turn ON true
WHERE c.tenant_id = %(tenant_id)s AND c.conversation_id = %(conversation_id)s
ORDER BY turn.sequence;
