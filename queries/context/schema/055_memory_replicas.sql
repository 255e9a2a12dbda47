-- One row per tenant of each replica of the memories; a replica belongs to one installation (node). Its row lock orders
-- whoever writes to it. seen and purged: node -> ranges of event numbers, [[first, end], …]; announced: the clock that
-- this node told last.
-- Parameters: none
-- Returns: nothing
CREATE TABLE memory_replicas (
    tenant_id text COLLATE "C" NOT NULL,
    replica_id text COLLATE "C" NOT NULL,
    seen jsonb NOT NULL DEFAULT '{}',
    purged jsonb NOT NULL DEFAULT '{}',
    announced jsonb NOT NULL DEFAULT '{}',
    announced_at timestamptz,
    synced_at timestamptz,
    PRIMARY KEY (tenant_id, replica_id)
) WITH (fillfactor = 50);
