// One node per entity of a tenant: every text of the tenant that names it links to the same node.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT entity_key IF NOT EXISTS
FOR (n:Entity) REQUIRE (n.tenant_id, n.entity_id) IS UNIQUE
