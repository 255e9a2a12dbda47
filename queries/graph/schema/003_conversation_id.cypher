// One node per conversation of a tenant.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT conversation_id IF NOT EXISTS
FOR (n:Conversation) REQUIRE (n.tenant_id, n.conversation_id) IS UNIQUE
