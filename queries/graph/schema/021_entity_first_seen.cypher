// Finds the entities that were first spoken of in a window of time.
// Parameters: none
// Returns: nothing
CREATE INDEX entity_first_seen IF NOT EXISTS
FOR (n:Entity) ON (n.tenant_id, n.first_seen_at)
