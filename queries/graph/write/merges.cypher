// One entity is another one: a link per event, and nothing is removed.
// Parameters:
//   merges (LIST OF MAP): entity_id, merged_into, event_id (STRING), valid_from (LIST: seconds, nanoseconds since 1970)
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $merges AS row
MATCH (e:Entity {entity_id: row.entity_id})
MATCH (target:Entity {entity_id: row.merged_into})
MERGE (e)-[merged:MERGED_INTO {event_id: row.event_id}]->(target)
  ON CREATE SET merged.valid_from = datetime.fromEpoch(row.valid_from[0], row.valid_from[1]),
                merged.recorded_at = $recorded_at
