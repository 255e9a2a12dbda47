// One node per entity: every text that names it links to the same node.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT entity_id IF NOT EXISTS
FOR (n:Entity) REQUIRE n.entity_id IS UNIQUE
