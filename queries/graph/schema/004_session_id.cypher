// One node per session of a tenant.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT session_id IF NOT EXISTS
FOR (n:Session) REQUIRE (n.tenant_id, n.session_id) IS UNIQUE
