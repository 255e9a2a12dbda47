-- What clients keep with a session: a small JSON state with a version. User state, not derived from events: a rebuild
-- leaves it alone.
-- Parameters: none
-- Returns: nothing
CREATE TABLE session_states (
    tenant_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    state text NOT NULL DEFAULT '{}',
    version bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
    closed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id, session_id)
) WITH (fillfactor = 70);
