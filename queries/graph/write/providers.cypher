// Providers that messages name.
// Parameters:
//   providers (LIST OF MAP): provider_id (STRING), one a node
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $providers AS row
MERGE (p:Provider {provider_id: row.provider_id})
  ON CREATE SET p.recorded_at = $recorded_at
