-- Keep what a user says of a turn; what is not given stays as it was.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   turn_id (text): the turn's event id
--   pinned (boolean): NULL to leave it
--   feedback (integer): -1, 0 or 1; NULL to leave it
-- Returns: one row, or none when the conversation has no such turn
--   pinned (boolean), feedback (integer)
INSERT INTO turn_marks AS kept (tenant_id, conversation_id, turn_id, pinned, feedback)
SELECT e.tenant_id, e.conversation_id, e.event_id, coalesce(%(pinned)s::boolean, false), coalesce(%(feedback)s::integer, 0)
FROM conversation_events AS e
WHERE e.event_id = %(turn_id)s AND e.tenant_id = %(tenant_id)s AND e.conversation_id = %(conversation_id)s
    AND e.role IS NOT NULL
ON CONFLICT (tenant_id, conversation_id, turn_id) DO UPDATE SET
    pinned = coalesce(%(pinned)s::boolean, kept.pinned), feedback = coalesce(%(feedback)s::integer, kept.feedback),
    marked_at = now()
RETURNING kept.pinned, kept.feedback;
