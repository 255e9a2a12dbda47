-- The segments that hold some turns of a conversation.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   sequences (bigint[]): the turns
-- Returns: one row per segment, in order
--   segment (integer)
SELECT s.segment
FROM segments AS s
WHERE s.tenant_id = %(tenant_id)s AND s.conversation_id = %(conversation_id)s
    AND EXISTS (
        SELECT 1 FROM unnest(%(sequences)s::bigint[]) AS turn (sequence)
        WHERE turn.sequence BETWEEN s.first_sequence AND s.last_sequence
    )
ORDER BY s.segment;
