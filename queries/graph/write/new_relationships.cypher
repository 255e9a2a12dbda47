// Relationships that the graph does not have yet.
// Parameters:
//   relationships (LIST OF MAP): graph_type, from_entity_id, to_entity_id (STRING), properties (MAP)
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $relationships AS row
MATCH (source:Entity {entity_id: row.from_entity_id})
MATCH (target:Entity {entity_id: row.to_entity_id})
CREATE (source)-[r:$(row.graph_type)]->(target)
SET r = row.properties, r.recorded_at = $recorded_at
