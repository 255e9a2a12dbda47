-- Write down where a session stands in a conversation, with a digest of everything said up to there.
-- Parameters:
--   tenant_id (text): the tenant
--   user_id (text): the user
--   session_id (text): the session
--   conversation_id (text): the conversation
--   sequence (bigint): the last number that counts
--   segment (integer): number of the last segment
--   message_count (bigint): messages stored
--   token_count (bigint): their tokens
--   state_version (bigint): version of the session's state
-- Returns: one row
--   snapshot (integer), conversation_id (text), sequence (bigint), segment (integer), message_count (bigint),
--   token_count (bigint), turns_sha256 (text), state_version (bigint), taken_at (timestamptz)
INSERT INTO session_snapshots (
    tenant_id, user_id, session_id, snapshot, conversation_id, sequence, segment, message_count, token_count,
    turns_sha256, state_version
)
SELECT %(tenant_id)s, %(user_id)s, %(session_id)s,
    1 + coalesce((
        SELECT max(snapshot) FROM session_snapshots
        WHERE tenant_id = %(tenant_id)s AND user_id = %(user_id)s AND session_id = %(session_id)s
    ), 0),
    %(conversation_id)s, %(sequence)s, %(segment)s, %(message_count)s, %(token_count)s,
    (
        SELECT encode(sha256(convert_to(coalesce(string_agg(event_id || payload_sha256, '' ORDER BY sequence), ''), 'UTF8')), 'hex')
        FROM conversation_events
        WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND sequence <= %(sequence)s
    ),
    %(state_version)s
RETURNING snapshot, conversation_id, sequence, segment, message_count, token_count, turns_sha256, state_version, taken_at;
