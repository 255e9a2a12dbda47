-- Insert new segments and replace the ones that were extended, of locked conversations.
-- Parameters:
--   rows (json): array of objects with the columns below
-- Returns: nothing
INSERT INTO segments (
    tenant_id, conversation_id, segment, status, closed_by, first_sequence, last_sequence, first_at, last_at,
    turn_count, token_count, start_tokens, user_tokens, fact_turns, commitment_turns, entity_turns, decision_turns,
    preference_turns, code_turns, number_turns, system_turns, names, state, priority, importance, recency
)
SELECT
    tenant_id, conversation_id, segment, CASE WHEN closed_by IS NULL THEN 'open' ELSE 'active' END, closed_by,
    first_sequence, last_sequence, first_at, last_at, turn_count, token_count, start_tokens, user_tokens,
    fact_turns, commitment_turns, entity_turns, decision_turns, preference_turns, code_turns, number_turns,
    system_turns, names, state::text, priority, importance, recency
FROM json_to_recordset(%(rows)s::json) AS r (
    tenant_id text, conversation_id text, segment integer, closed_by text, first_sequence bigint,
    last_sequence bigint, first_at timestamptz, last_at timestamptz, turn_count integer, token_count bigint,
    start_tokens bigint, user_tokens bigint, fact_turns integer, commitment_turns integer, entity_turns integer,
    decision_turns integer, preference_turns integer, code_turns integer, number_turns integer,
    system_turns integer, names text[], state json, priority double precision, importance double precision,
    recency double precision
)
ON CONFLICT (tenant_id, conversation_id, segment) DO UPDATE SET
    status = EXCLUDED.status, closed_by = EXCLUDED.closed_by, last_sequence = EXCLUDED.last_sequence,
    first_at = EXCLUDED.first_at, last_at = EXCLUDED.last_at, turn_count = EXCLUDED.turn_count,
    token_count = EXCLUDED.token_count, user_tokens = EXCLUDED.user_tokens, fact_turns = EXCLUDED.fact_turns,
    commitment_turns = EXCLUDED.commitment_turns, entity_turns = EXCLUDED.entity_turns,
    decision_turns = EXCLUDED.decision_turns, preference_turns = EXCLUDED.preference_turns,
    code_turns = EXCLUDED.code_turns, number_turns = EXCLUDED.number_turns, system_turns = EXCLUDED.system_turns,
    names = EXCLUDED.names, state = EXCLUDED.state, priority = EXCLUDED.priority, importance = EXCLUDED.importance,
    recency = EXCLUDED.recency,
    tokens_by = NULL, entity_ids = NULL;
