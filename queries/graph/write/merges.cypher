// One entity is another one: a link, and nothing is removed.
// Parameters:
//   merges (LIST OF MAP): entity_id, merged_into (STRING), properties (MAP: event_id, valid_from)
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $merges AS row
MATCH (e:Entity {entity_id: row.entity_id})
MATCH (target:Entity {entity_id: row.merged_into})
CREATE (e)-[merged:MERGED_INTO]->(target)
SET merged = row.properties, merged.recorded_at = $recorded_at
