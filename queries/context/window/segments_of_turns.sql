-- The segments that hold some turns of a conversation.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   sequences (bigint[]): the turns
-- Returns: one row per segment, in order
--   segment (integer)
WITH borders AS MATERIALIZED (
    SELECT
        array_agg(first_sequence ORDER BY first_sequence) AS firsts,
        array_agg(segment ORDER BY first_sequence) AS segments
    FROM segments
    WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
)
SELECT DISTINCT b.segments[width_bucket(turn.sequence, b.firsts)] AS segment -- a binary search for each turn
FROM borders AS b
CROSS JOIN unnest(%(sequences)s::bigint[]) AS turn (sequence)
WHERE width_bucket(turn.sequence, b.firsts) > 0
ORDER BY segment;
