-- One row per session of a tenant: who, when, how much, across its conversations.
-- Parameters: none
-- Returns: nothing
CREATE TABLE sessions (
    tenant_id text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    message_count bigint NOT NULL,
    token_count bigint NOT NULL,
    PRIMARY KEY (tenant_id, session_id, user_id)
) WITH (fillfactor = 70);
