// Where messages name entities: one relationship per event, with its characters [start, end) and confidence.
// Parameters:
//   mentions (LIST OF MAP): entity_id, message_id (STRING), properties (MAP: event_id, start, end, text, confidence,
//     method, valid_from)
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $mentions AS row
MATCH (e:Entity {entity_id: row.entity_id})
MERGE (m:Message {message_id: row.message_id})
CREATE (e)-[mentioned:MENTIONED_IN]->(m)
SET mentioned = row.properties, mentioned.recorded_at = $recorded_at
