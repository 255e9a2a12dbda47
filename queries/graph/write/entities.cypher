// Entities and where messages name them, one relationship per event with its characters [start, end) and confidence.
// The newest description wins by its key, times are minimum and maximum, a mention is found by its event: neither order
// nor repetition matters. ON MATCH only locks the node: what is compared next is what the last writer left.
// Parameters:
//   entities (LIST OF MAP): entity_id, name, entity_type, description_key (STRING), labels (LIST OF STRING), valid_from,
//     first_seen_at, last_seen_at (LIST: seconds, nanoseconds since 1970), mentions (LIST OF MAP: message_id, event_id
//     (STRING), valid_from, properties (MAP)), one a node
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $entities AS row
MERGE (e:Entity {entity_id: row.entity_id})
  ON CREATE SET
    e.name = row.name,
    e.entity_type = row.entity_type,
    e.valid_from = datetime.fromEpoch(row.valid_from[0], row.valid_from[1]),
    e.first_seen_at = datetime.fromEpoch(row.first_seen_at[0], row.first_seen_at[1]),
    e.last_seen_at = datetime.fromEpoch(row.last_seen_at[0], row.last_seen_at[1]),
    e.description_key = row.description_key,
    e.recorded_at = $recorded_at
  ON MATCH SET e.recorded_at = e.recorded_at
FOREACH (newer IN CASE WHEN e.description_key >= row.description_key THEN [] ELSE [row] END |
  SET e.name = newer.name,
      e.entity_type = newer.entity_type,
      e.valid_from = datetime.fromEpoch(newer.valid_from[0], newer.valid_from[1]),
      e.description_key = newer.description_key)
FOREACH (seen IN CASE WHEN e.first_seen_at <= datetime.fromEpoch(row.first_seen_at[0], row.first_seen_at[1]) THEN []
                      ELSE [row.first_seen_at] END |
  SET e.first_seen_at = datetime.fromEpoch(seen[0], seen[1]))
FOREACH (seen IN CASE WHEN e.last_seen_at >= datetime.fromEpoch(row.last_seen_at[0], row.last_seen_at[1]) THEN []
                      ELSE [row.last_seen_at] END |
  SET e.last_seen_at = datetime.fromEpoch(seen[0], seen[1]))
SET e:$(row.labels)
WITH e, row
UNWIND row.mentions AS mention
MERGE (m:Message {message_id: mention.message_id})
MERGE (e)-[mentioned:MENTIONED_IN {event_id: mention.event_id}]->(m)
  ON CREATE SET mentioned += mention.properties,
                mentioned.valid_from = datetime.fromEpoch(mention.valid_from[0], mention.valid_from[1]),
                mentioned.recorded_at = $recorded_at
