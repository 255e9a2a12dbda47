// Providers that messages name.
// Parameters:
//   providers (LIST OF MAP): provider_id (STRING), one a node, in order
// Returns: nothing
UNWIND $providers AS row
MERGE (:Provider {provider_id: row.provider_id})
