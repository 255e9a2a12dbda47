-- Every event of the context hop, once: the turns of conversations and their completion.
-- text has U+2400 where the message has U+0000, which PostgreSQL cannot hold; nul_offsets lists those places
-- (characters from 0) and is NULL when there are none, so that the message can be restored exactly.
-- Parameters: none
-- Returns: nothing
CREATE TABLE conversation_events (
    event_id text COLLATE "C" PRIMARY KEY CHECK (event_id ~ '^[0-9a-f]{64}$'),
    event_type text NOT NULL,
    schema_version integer NOT NULL,
    tenant_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    session_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL CHECK (sequence >= 1),
    source_sequence bigint,
    occurred_at timestamptz NOT NULL,
    ingested_at timestamptz,
    payload_sha256 text NOT NULL,
    role text CHECK (role IN ('system', 'user', 'assistant', 'tool')),
    text text,
    nul_offsets integer[],
    tokens bigint,
    provider text,
    model text,
    call_id text,
    source text,
    time_assumed boolean,
    closed_reason text,
    closed_message_count bigint,
    UNIQUE (tenant_id, conversation_id, sequence),
    FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations
);

-- The window pins the newest system turn, however far back it is.
CREATE INDEX conversation_events_system_turns
    ON conversation_events (tenant_id, conversation_id, sequence) WHERE role = 'system';
