-- The stored segments of a conversation in priority order, with what each priority is made of.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
-- Returns: one row per segment, highest priority first
--   rank (bigint): from 1
--   segment (integer): number within the conversation, from 1
--   priority (double precision): log2(importance) + recency
--   weight_ratio (double precision): weight beside the first of the list, 0 to 1
--   importance (double precision): 1 to 4
--   recency (double precision): half-lives from the conversation's start to the segment's end
--   status (text): open or closed; closed_by (text): budget, gap or completed, NULL while open
--   first_sequence, last_sequence (bigint): inclusive
--   turn_count (integer), token_count (bigint), user_tokens (bigint)
--   fact_turns, commitment_turns (integer)
--   first_at, last_at (timestamptz)
SELECT
    rank() OVER by_priority AS rank,
    segment,
    priority,
    power(2, priority - max(priority) OVER ()) AS weight_ratio,
    importance,
    recency,
    status,
    closed_by,
    first_sequence,
    last_sequence,
    turn_count,
    token_count,
    user_tokens,
    fact_turns,
    commitment_turns,
    first_at,
    last_at
FROM segments
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
WINDOW by_priority AS (ORDER BY priority DESC, segment DESC)
ORDER BY rank;
