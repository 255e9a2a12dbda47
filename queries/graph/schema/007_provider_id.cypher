// One node per provider.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT provider_id IF NOT EXISTS
FOR (n:Provider) REQUIRE n.provider_id IS UNIQUE
