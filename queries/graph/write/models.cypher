// Models that messages name, and their providers where known.
// Parameters:
//   models (LIST OF MAP): model_id, name (STRING), provider_id (STRING, may be null), one a node, in order
// Returns: nothing
UNWIND $models AS row
MERGE (m:Model {model_id: row.model_id})
  ON CREATE SET m.name = row.name
WITH m, row
MATCH (p:Provider {provider_id: row.provider_id})
MERGE (m)-[:SERVED_BY]->(p)
