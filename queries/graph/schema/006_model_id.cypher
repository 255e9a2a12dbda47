// One node per model of a provider.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT model_id IF NOT EXISTS
FOR (n:Model) REQUIRE n.model_id IS UNIQUE
