-- Write back what was appended to locked conversations.
-- Parameters:
--   rows (json): array of objects with the columns below
-- Returns: nothing
UPDATE conversations AS c SET
    next_sequence = r.next_sequence,
    segment_count = r.segment_count,
    message_count = r.message_count,
    token_count = r.token_count,
    first_at = r.first_at,
    last_at = r.last_at,
    status = CASE WHEN r.closed_at IS NULL THEN 'open' ELSE 'closed' END,
    closed_at = r.closed_at,
    closed_reason = r.closed_reason,
    closed_event_id = r.closed_event_id,
    source_last = r.source_last,
    revision_count = r.revision_count
FROM json_to_recordset(%(rows)s::json) AS r (
    tenant_id text, conversation_id text, next_sequence bigint, segment_count integer, message_count bigint,
    token_count bigint, first_at timestamptz, last_at timestamptz, closed_at timestamptz, closed_reason text,
    closed_event_id text, source_last bigint, revision_count bigint
)
WHERE c.tenant_id = r.tenant_id AND c.conversation_id = r.conversation_id;
