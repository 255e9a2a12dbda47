-- The stored segments of a conversation in priority order, with what each priority is made of.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
-- Returns: one row per segment, pinned ones first, then highest priority first
--   rank (bigint): from 1
--   segment (integer): number within the conversation, from 1
--   priority (double precision): log2(importance) + recency + feedback
--   weight_ratio (double precision): weight beside the heaviest, 0 to 1
--   pinned (boolean), feedback (double precision): -1 to 1, what users said of its turns
--   importance (double precision): 1 to 9, one and the shares below
--   recency (double precision): half-lives from the conversation's start to the segment's end
--   asked_ratio (double precision): share of tokens that the user said
--   entity_ratio, decision_ratio, preference_ratio, code_ratio, number_ratio, commitment_ratio, system_ratio
--       (double precision): shares of turns, as they were said first
--   status (text): open, active, compressed or archived
--   closed_by (text): budget, gap, session, topic or completed, NULL while open
--   first_sequence, last_sequence (bigint): inclusive
--   turn_count (bigint), token_count (bigint): as they read now, deleted ones left out
--   user_tokens (bigint), fact_turns, commitment_turns (integer): as they were said first
--   revised_turns, deleted_turns (integer)
--   names (text[]): what looks like a name, said in most turns first
--   entity_ids (text[]), tokens_by (text, a JSON object): entities, and tokens per tokenizer; NULL until the closed segment is described
--   heat (double precision): uses by windows, halved by each half-life until heat_at (timestamptz, NULL when never used)
--   used_count (bigint), recall_count (integer)
--   first_at, last_at (timestamptz)
SELECT
    rank() OVER by_priority AS rank,
    s.segment,
    s.priority,
    power(2, s.priority - max(s.priority) OVER ()) AS weight_ratio,
    s.pinned,
    s.feedback,
    s.importance,
    s.recency,
    coalesce(s.user_tokens::double precision / nullif(o.token_count, 0), 0) AS asked_ratio,
    s.entity_turns / o.turns AS entity_ratio,
    s.decision_turns / o.turns AS decision_ratio,
    s.preference_turns / o.turns AS preference_ratio,
    s.code_turns / o.turns AS code_ratio,
    s.number_turns / o.turns AS number_ratio,
    s.commitment_turns / o.turns AS commitment_ratio,
    s.system_turns / o.turns AS system_ratio,
    s.status,
    s.closed_by,
    s.first_sequence,
    s.last_sequence,
    s.turn_count,
    s.token_count,
    s.user_tokens,
    s.fact_turns,
    s.commitment_turns,
    s.revised_turns,
    s.deleted_turns,
    s.names,
    s.entity_ids,
    s.tokens_by::text AS tokens_by,
    s.heat,
    s.heat_at,
    s.used_count,
    s.recall_count,
    s.first_at,
    s.last_at
FROM segment_priorities AS s
CROSS JOIN LATERAL (
    SELECT s.said_tokens AS token_count, greatest(1, s.said_turns)::double precision AS turns
) AS o
WHERE s.tenant_id = %(tenant_id)s AND s.conversation_id = %(conversation_id)s
WINDOW by_priority AS (ORDER BY s.pinned DESC, s.priority DESC, s.segment DESC)
ORDER BY rank;
