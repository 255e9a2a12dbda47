-- Insert new segments and replace the ones that were extended, of locked conversations.
-- Parameters:
--   rows (json): array of objects with the columns below
-- Returns: nothing
INSERT INTO segments (
    tenant_id, conversation_id, segment, status, closed_by, first_sequence, last_sequence, first_at, last_at,
    turn_count, token_count, start_tokens, user_tokens, fact_turns, commitment_turns, priority, importance, recency
)
SELECT tenant_id, conversation_id, segment, CASE WHEN closed_by IS NULL THEN 'open' ELSE 'closed' END, closed_by,
    first_sequence, last_sequence, first_at, last_at, turn_count, token_count, start_tokens, user_tokens, fact_turns,
    commitment_turns, priority, importance, recency
FROM json_to_recordset(%(rows)s::json) AS r (
    tenant_id text, conversation_id text, segment integer, closed_by text, first_sequence bigint, last_sequence bigint,
    first_at timestamptz, last_at timestamptz, turn_count integer, token_count bigint, start_tokens bigint,
    user_tokens bigint, fact_turns integer, commitment_turns integer, priority double precision,
    importance double precision, recency double precision
)
ON CONFLICT (tenant_id, conversation_id, segment) DO UPDATE SET
    status = EXCLUDED.status, closed_by = EXCLUDED.closed_by, last_sequence = EXCLUDED.last_sequence,
    first_at = EXCLUDED.first_at, last_at = EXCLUDED.last_at, turn_count = EXCLUDED.turn_count,
    token_count = EXCLUDED.token_count, user_tokens = EXCLUDED.user_tokens, fact_turns = EXCLUDED.fact_turns,
    commitment_turns = EXCLUDED.commitment_turns, priority = EXCLUDED.priority, importance = EXCLUDED.importance,
    recency = EXCLUDED.recency;
