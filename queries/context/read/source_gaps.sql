-- Numbers that sources left out within conversations and that have not arrived since.
-- Parameters:
--   tenant_id (text): whose
--   row_limit (integer): most rows
-- Returns: one row per gap, by conversation and place
--   conversation_id (text)
--   after_number (bigint): the last number before the gap
--   before_number (bigint): the first number after it
--   missing (bigint): numbers between the two
SELECT conversation_id, after_number, source_sequence AS before_number, source_sequence - after_number - 1 AS missing
FROM (
    SELECT conversation_id, source_sequence,
        lag(source_sequence) OVER (PARTITION BY conversation_id ORDER BY source_sequence) AS after_number
    FROM conversation_events
    WHERE tenant_id = %(tenant_id)s AND source_sequence IS NOT NULL
) AS numbered
WHERE source_sequence > after_number + 1
ORDER BY conversation_id, after_number
LIMIT %(row_limit)s;
