-- A session's conversation is noted once, when its first turn comes; when something was last said stands in table
-- conversations anyway. Updating it here with every batch cost a quarter of the sink's speed.
-- Parameters: none
-- Returns: nothing
ALTER TABLE session_conversations
    DROP COLUMN first_sequence,
    DROP COLUMN last_sequence,
    DROP COLUMN last_at;

CREATE OR REPLACE FUNCTION note_session_conversations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO session_conversations (tenant_id, user_id, session_id, conversation_id)
    SELECT DISTINCT tenant_id, user_id, session_id, conversation_id
    FROM added
    WHERE role IS NOT NULL
    ORDER BY tenant_id, user_id, session_id, conversation_id
    ON CONFLICT (tenant_id, user_id, session_id, conversation_id) DO NOTHING;
    RETURN NULL;
END;
$$;
