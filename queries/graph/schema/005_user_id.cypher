// One node per user of a tenant.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT user_id IF NOT EXISTS
FOR (n:User) REQUIRE (n.tenant_id, n.user_id) IS UNIQUE
