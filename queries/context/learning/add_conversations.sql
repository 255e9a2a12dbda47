-- Let completed conversations wait to be learned from; one that was learned from already is left alone.
-- Parameters:
--   rows (json): array of objects tenant_id, conversation_id, expected_messages
-- Returns: nothing
INSERT INTO learning_conversations (tenant_id, conversation_id, expected_messages)
SELECT tenant_id, conversation_id, max(expected_messages)
FROM json_to_recordset(%(rows)s::json) AS r (tenant_id text, conversation_id text, expected_messages bigint)
GROUP BY tenant_id, conversation_id
ORDER BY tenant_id, conversation_id
ON CONFLICT DO NOTHING;
