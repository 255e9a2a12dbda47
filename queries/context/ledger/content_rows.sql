-- A digest of the facts of each stored event: what was said, by whom, when; not when it arrived or in which place, and
-- not whether its text is here or archived: then the text's own digest, taken while it was here, stands for it.
-- Parameters: none
-- Returns: one row per event, by event_id
--   digest (bytea): SHA-256 of the event's facts as a JSON array
SELECT sha256(convert_to(json_build_array(
    event_id, event_type, schema_version, tenant_id, conversation_id, session_id, user_id, source_sequence,
    (extract(epoch FROM occurred_at) * 1000000)::bigint, payload_sha256, role,
    coalesce(archived_sha256, encode(sha256(convert_to(text, 'UTF8')), 'hex')), nul_offsets, provider, model,
    call_id, source, time_assumed, closed_reason, closed_message_count, target_event_id
)::text, 'UTF8')) AS digest
FROM conversation_events
ORDER BY event_id;
