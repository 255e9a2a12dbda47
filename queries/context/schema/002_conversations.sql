-- One row per conversation of a tenant; its row lock orders whoever appends to it.
-- next_sequence is the number that the next event gets, from 1 without gaps; segment_count is the number of
-- the last segment; closed_* come from the earliest conversation.completed event, in whatever order they arrive;
-- source_last is the highest source_sequence seen.
-- Parameters: none
-- Returns: nothing
CREATE TABLE conversations (
    tenant_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
    next_sequence bigint NOT NULL DEFAULT 1 CHECK (next_sequence >= 1),
    segment_count integer NOT NULL DEFAULT 0,
    message_count bigint NOT NULL DEFAULT 0,
    token_count bigint NOT NULL DEFAULT 0,
    first_at timestamptz,
    last_at timestamptz,
    closed_at timestamptz,
    closed_reason text,
    closed_event_id text COLLATE "C",
    source_last bigint,
    PRIMARY KEY (tenant_id, conversation_id),
    CHECK ((status = 'closed') = (closed_at IS NOT NULL))
) WITH (fillfactor = 70);
