-- Segments of a conversation with their priority and its parts; only a conversation's last one still changes.
-- status is closed when a later segment exists (closed_by budget or gap) or the conversation is completed.
-- Parameters: none
-- Returns: nothing
CREATE TABLE segments (
    tenant_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    segment integer NOT NULL CHECK (segment >= 1),
    status text NOT NULL CHECK (status IN ('open', 'closed')),
    closed_by text CHECK (closed_by IN ('budget', 'gap', 'completed')),
    first_sequence bigint NOT NULL,
    last_sequence bigint NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    turn_count integer NOT NULL,
    token_count bigint NOT NULL,
    start_tokens bigint NOT NULL,
    user_tokens bigint NOT NULL,
    fact_turns integer NOT NULL,
    commitment_turns integer NOT NULL,
    priority double precision NOT NULL,
    importance double precision NOT NULL,
    recency double precision NOT NULL,
    PRIMARY KEY (tenant_id, conversation_id, segment),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations,
    CHECK ((status = 'closed') = (closed_by IS NOT NULL)),
    CHECK (first_sequence <= last_sequence AND first_at <= last_at)
) WITH (fillfactor = 70);
