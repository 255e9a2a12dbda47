-- Empty a replica, so that it is filled anew from its events.
-- Parameters:
--   replica_id (text): the node's id
-- Returns: nothing
WITH memories_gone AS (DELETE FROM memories WHERE replica_id = %(replica_id)s),
    events_gone AS (DELETE FROM memory_events WHERE replica_id = %(replica_id)s),
    nodes_gone AS (DELETE FROM memory_nodes WHERE replica_id = %(replica_id)s)
DELETE FROM memory_replicas WHERE replica_id = %(replica_id)s;
