-- Segments of a conversation before a place that have their texts, the pinned ones first, then highest priority first.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   before_sequence (bigint): only segments that end before this place
--   budget_tokens (bigint): only segments that cost at most this many tokens, the overhead of each turn included
--   overhead_tokens (integer): tokens that a turn costs besides its text
--   segment_limit (integer): most segments
-- Returns: one row per segment
--   segment (integer), priority (double precision), first_sequence (bigint), last_sequence (bigint)
--   cost_tokens (bigint): its tokens and its turns' overhead
SELECT segment, priority, first_sequence, last_sequence, token_count + turn_count * %(overhead_tokens)s AS cost_tokens
FROM segment_priorities
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND last_sequence < %(before_sequence)s
    AND status <> 'archived' AND turn_count > 0
    AND token_count + turn_count * %(overhead_tokens)s <= %(budget_tokens)s
ORDER BY pinned DESC, priority DESC, segment DESC
LIMIT %(segment_limit)s;
