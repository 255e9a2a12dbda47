-- The turns of a segment: the first one carries a mark of the whole segment.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   segment (integer): which
-- Returns: one row per turn by sequence
--   event_id (text)
--   marked (boolean): whether it has a mark
SELECT e.event_id, k.turn_id IS NOT NULL AS marked
FROM segments AS s
JOIN conversation_events AS e
    ON e.tenant_id = s.tenant_id AND e.conversation_id = s.conversation_id
    AND e.sequence BETWEEN s.first_sequence AND s.last_sequence AND e.role IS NOT NULL
LEFT JOIN turn_marks AS k
    ON k.tenant_id = e.tenant_id AND k.conversation_id = e.conversation_id AND k.turn_id = e.event_id
WHERE s.tenant_id = %(tenant_id)s AND s.conversation_id = %(conversation_id)s AND s.segment = %(segment)s
ORDER BY e.sequence;
