-- Memories as a replica has them. state is the convergent record as canonical JSON text, from which everything else
-- follows; the other columns are for finding: tombstones counts a deletion and removed tags that are still remembered.
-- Parameters: none
-- Returns: nothing
CREATE TABLE memories (
    tenant_id text COLLATE "C" NOT NULL,
    replica_id text COLLATE "C" NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    memory_id text COLLATE "C" NOT NULL,
    state text NOT NULL,
    deleted boolean NOT NULL,
    tombstones integer NOT NULL,
    tags text[] NOT NULL,
    updated_at timestamptz NOT NULL,
    touched_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, replica_id, user_id, memory_id)
) WITH (fillfactor = 70);

CREATE INDEX memories_newest ON memories (tenant_id, replica_id, user_id, updated_at DESC, memory_id) WHERE NOT deleted;

CREATE INDEX memories_tombstones ON memories (tenant_id, replica_id, touched_at) WHERE tombstones > 0;
