-- The last segment of each of some locked conversations: the one that the next turn may extend.
-- Parameters:
--   rows (json): array of objects with tenant_id, conversation_id and segment, the number of its last one
-- Returns: one row per conversation that has a segment
--   tenant_id (text), conversation_id (text), segment (integer), first_sequence (bigint), last_sequence (bigint),
--   first_at (timestamptz), last_at (timestamptz), turn_count (integer), token_count (bigint), start_tokens (bigint),
--   user_tokens (bigint), fact_turns (integer), commitment_turns (integer): of its turns as they were said first
--   sealed_by (text): completed when its texts were compressed or went to the lake, so that no turn may be added; else NULL
--   entity_turns, decision_turns, preference_turns, code_turns, number_turns, system_turns (integer)
--   state (text): what the segmentation needs to go on; empty when there is none
SELECT s.tenant_id, s.conversation_id, s.segment, s.first_sequence, s.last_sequence, s.first_at, s.last_at,
    s.turn_count, s.token_count, s.start_tokens, s.user_tokens, s.fact_turns, s.commitment_turns,
    CASE WHEN s.status IN ('compressed', 'archived') THEN 'completed' END AS sealed_by,
    s.entity_turns, s.decision_turns, s.preference_turns, s.code_turns, s.number_turns, s.system_turns,
    coalesce(s.state, '') AS state
FROM json_to_recordset(%(rows)s::json) AS wanted (tenant_id text, conversation_id text, segment integer)
JOIN segments AS s
    ON s.tenant_id = wanted.tenant_id AND s.conversation_id = wanted.conversation_id AND s.segment = wanted.segment;
