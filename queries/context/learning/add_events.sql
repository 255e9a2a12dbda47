-- Note events as arrived.
-- Parameters:
--   rows (json): array of objects tenant_id, event_id, event_type, conversation_id
-- Returns: nothing
INSERT INTO learning_events (tenant_id, event_id, event_type, conversation_id)
SELECT tenant_id, event_id, event_type, conversation_id
FROM json_to_recordset(%(rows)s::json) AS r (tenant_id text, event_id text, event_type text, conversation_id text)
ORDER BY tenant_id, event_id
ON CONFLICT DO NOTHING;
