-- Append events in PostgreSQL's binary copy format; the caller has left out what is stored already.
-- Parameters: none
-- Returns: nothing
COPY conversation_events (
    event_id, event_type, schema_version, tenant_id, conversation_id, session_id, user_id, sequence, source_sequence,
    occurred_at, ingested_at, payload_sha256, role, text, nul_offsets, tokens, provider, model, call_id, source,
    time_assumed, closed_reason, closed_message_count, target_event_id
) FROM STDIN (FORMAT BINARY);
