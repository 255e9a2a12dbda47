-- Every memory event that a replica took in, once. counter is the event's number at its node, NULL from producers
-- without clocks; body is the envelope as it came from Kafka, NULL until a node's own event has come back, and again
-- once its memory is deleted everywhere (purged).
-- Parameters: none
-- Returns: nothing
CREATE TABLE memory_events (
    tenant_id text COLLATE "C" NOT NULL,
    replica_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL CHECK (event_id ~ '^[0-9a-f]{64}$'),
    event_type text NOT NULL,
    node_id text COLLATE "C" NOT NULL,
    counter bigint,
    user_id text COLLATE "C" NOT NULL,
    memory_id text COLLATE "C",
    occurred_at timestamptz NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    purged boolean NOT NULL DEFAULT false,
    body text,
    PRIMARY KEY (tenant_id, replica_id, event_id)
);

CREATE INDEX memory_events_of_memory ON memory_events (tenant_id, replica_id, user_id, memory_id);

CREATE INDEX memory_events_stored ON memory_events (tenant_id, replica_id, stored_at);
