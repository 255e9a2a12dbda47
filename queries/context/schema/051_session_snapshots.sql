-- Where a session stood when it was taken up again: a place in its conversation, and a digest of all that was said up to
-- there, which tells whether a conversation still reads the same. User state: a rebuild leaves it alone.
-- Parameters: none
-- Returns: nothing
CREATE TABLE session_snapshots (
    tenant_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    snapshot integer NOT NULL CHECK (snapshot >= 1),
    conversation_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    segment integer NOT NULL,
    message_count bigint NOT NULL,
    token_count bigint NOT NULL,
    turns_sha256 text NOT NULL,
    state_version bigint NOT NULL,
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id, session_id, snapshot)
);
