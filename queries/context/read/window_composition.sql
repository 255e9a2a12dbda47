-- What a model with a given budget still sees of each segment when only the newest turns are sent.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   budget_tokens (bigint): tokens of the window
--   overhead_tokens (integer): tokens that a turn costs besides its text
-- Returns: one row per segment, in order
--   segment (integer)
--   priority (double precision)
--   turns (bigint), tokens (bigint): of the segment, each turn's overhead included
--   turns_in_window (bigint), tokens_in_window (bigint): of these, what the newest-turns window holds
--   turns_beyond_window (bigint): of these, what the model no longer sees
SELECT
    s.segment,
    s.priority,
    count(1) AS turns,
    sum(t.cost_tokens)::bigint AS tokens,
    count(1) FILTER (WHERE t.running_tokens <= %(budget_tokens)s) AS turns_in_window,
    coalesce(sum(t.cost_tokens) FILTER (WHERE t.running_tokens <= %(budget_tokens)s), 0)::bigint AS tokens_in_window,
    count(1) FILTER (WHERE t.running_tokens > %(budget_tokens)s) AS turns_beyond_window
FROM segment_priorities AS s
JOIN (
    SELECT sequence, tokens + %(overhead_tokens)s AS cost_tokens,
        sum(tokens + %(overhead_tokens)s) OVER (ORDER BY sequence DESC) AS running_tokens
    FROM current_turns
    WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND NOT archived
) AS t ON t.sequence BETWEEN s.first_sequence AND s.last_sequence
WHERE s.tenant_id = %(tenant_id)s AND s.conversation_id = %(conversation_id)s
GROUP BY s.segment, s.priority
ORDER BY s.segment;
