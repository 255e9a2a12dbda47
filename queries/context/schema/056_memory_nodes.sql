-- Nodes that a replica knows besides its own, and the clock that each told last: what it has seen.
-- Parameters: none
-- Returns: nothing
CREATE TABLE memory_nodes (
    tenant_id text COLLATE "C" NOT NULL,
    replica_id text COLLATE "C" NOT NULL,
    node_id text COLLATE "C" NOT NULL,
    told jsonb NOT NULL DEFAULT '{}',
    heard_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, replica_id, node_id)
) WITH (fillfactor = 50);
