// Relationships that the graph does not have yet.
// Parameters:
//   relationships (LIST OF MAP): graph_type, from_entity_id, to_entity_id (STRING), properties (MAP), valid_from, valid_to,
//     deleted_at (LIST: seconds, nanoseconds since 1970, or null)
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $relationships AS row
MATCH (source:Entity {entity_id: row.from_entity_id})
MATCH (target:Entity {entity_id: row.to_entity_id})
CREATE (source)-[r:$(row.graph_type)]->(target)
SET r = row.properties,
    r.valid_from = CASE WHEN row.valid_from IS NOT NULL THEN datetime.fromEpoch(row.valid_from[0], row.valid_from[1]) END,
    r.valid_to = CASE WHEN row.valid_to IS NOT NULL THEN datetime.fromEpoch(row.valid_to[0], row.valid_to[1]) END,
    r.deleted_at = CASE WHEN row.deleted_at IS NOT NULL THEN datetime.fromEpoch(row.deleted_at[0], row.deleted_at[1]) END,
    r.recorded_at = $recorded_at
