-- Whether a user's conversations may be searched while another conversation of the same user goes on. No row means no.
-- User state: a rebuild leaves it alone.
-- Parameters: none
-- Returns: nothing
CREATE TABLE user_consents (
    tenant_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    cross_session_recall boolean NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, user_id)
);
