-- What each distinct event says, without when and where it was recorded: the lake's content.
-- Parameters: none
-- Returns: one row per distinct event, by id
--   fact (VARCHAR): fields joined by the unit separator; the payload by its SHA-256
SELECT concat_ws(chr(31), event_id, event_type, schema_version::VARCHAR, epoch_us(occurred_at)::VARCHAR, tenant_id,
                 conversation_id, session_id, user_id, coalesce(source_sequence::VARCHAR, '-'), hex(payload_sha256)) AS fact
FROM events
QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY topic, "partition", "offset") = 1
ORDER BY event_id;
