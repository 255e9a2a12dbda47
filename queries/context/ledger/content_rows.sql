-- A digest of the facts of each stored event: what was said, by whom, when; not when it arrived or in which place.
-- Parameters: none
-- Returns: one row per event, by event_id
--   digest (bytea): SHA-256 of the event's facts as a JSON array
SELECT sha256(convert_to(json_build_array(
    event_id, event_type, schema_version, tenant_id, conversation_id, session_id, user_id, source_sequence,
    (extract(epoch FROM occurred_at) * 1000000)::bigint, payload_sha256, role, text, nul_offsets, provider, model,
    call_id, source, time_assumed, closed_reason, closed_message_count
)::text, 'UTF8')) AS digest
FROM conversation_events
ORDER BY event_id;
