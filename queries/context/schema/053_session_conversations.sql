-- Which conversations a session and a user have, and since when each is quiet. Derived from conversation_events in the
-- same statement that adds them, whoever adds them: by triggers, so that no writer can forget it, and a rebuild, which
-- empties that table, empties this one too.
-- Parameters: none
-- Returns: nothing
CREATE TABLE session_conversations (
    tenant_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    first_sequence bigint NOT NULL,
    last_sequence bigint NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, user_id, session_id, conversation_id)
) WITH (fillfactor = 70);

CREATE INDEX session_conversations_users ON session_conversations (tenant_id, conversation_id, user_id);

INSERT INTO session_conversations (
    tenant_id, user_id, session_id, conversation_id, first_sequence, last_sequence, last_at
)
SELECT tenant_id, user_id, session_id, conversation_id, min(sequence), max(sequence),
    max(coalesce(ingested_at, occurred_at))
FROM conversation_events
WHERE role IS NOT NULL
GROUP BY tenant_id, user_id, session_id, conversation_id;

CREATE FUNCTION note_session_conversations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO session_conversations AS kept (
        tenant_id, user_id, session_id, conversation_id, first_sequence, last_sequence, last_at
    )
    SELECT tenant_id, user_id, session_id, conversation_id, min(sequence), max(sequence),
        max(coalesce(ingested_at, occurred_at))
    FROM added
    WHERE role IS NOT NULL
    GROUP BY tenant_id, user_id, session_id, conversation_id
    ORDER BY tenant_id, user_id, session_id, conversation_id
    ON CONFLICT (tenant_id, user_id, session_id, conversation_id) DO UPDATE SET
        first_sequence = least(kept.first_sequence, EXCLUDED.first_sequence),
        last_sequence = greatest(kept.last_sequence, EXCLUDED.last_sequence),
        last_at = greatest(kept.last_at, EXCLUDED.last_at);
    RETURN NULL;
END;
$$;

CREATE TRIGGER conversation_events_note_sessions
    AFTER INSERT ON conversation_events
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_session_conversations();

CREATE FUNCTION empty_session_conversations() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE session_conversations;
    RETURN NULL;
END;
$$;

CREATE TRIGGER conversation_events_empty_sessions
    AFTER TRUNCATE ON conversation_events
    FOR EACH STATEMENT EXECUTE FUNCTION empty_session_conversations();
