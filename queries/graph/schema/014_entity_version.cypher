// Finds the history of an entity's descriptions.
// Parameters: none
// Returns: nothing
CREATE INDEX entity_version IF NOT EXISTS
FOR (n:EntityVersion) ON (n.tenant_id, n.entity_id)
