// Entities and where messages name them, one relationship per event with its characters [start, end) and confidence.
// Times are minimum and maximum; of the mentions the earliest describes an entity that nobody describes explicitly; a
// mention is found by its event: neither order nor repetition matters. A property that is set from itself locks the
// node before it is read, so that it is compared with what the last writer left; valid_from is set last.
// Parameters:
//   entities (LIST OF MAP): tenant_id, entity_id (STRING), labels (LIST OF STRING), first_seen_at, last_seen_at,
//     recorded_at (LIST: seconds, nanoseconds since 1970), name, entity_type, valid_from (of the earliest mention, or
//     null), mentions (LIST OF MAP: message_id, event_id, text, method, event_type (STRING), start, end, checksum
//     (INTEGER), confidence (FLOAT), valid_from, recorded_at), one a node, in order
// Returns: nothing
UNWIND $entities AS row
WITH row, datetime.fromEpoch(row.first_seen_at[0], row.first_seen_at[1]) AS first_seen_at,
     datetime.fromEpoch(row.last_seen_at[0], row.last_seen_at[1]) AS last_seen_at,
     datetime.fromEpoch(row.recorded_at[0], row.recorded_at[1]) AS recorded_at,
     CASE WHEN row.valid_from IS NOT NULL THEN datetime.fromEpoch(row.valid_from[0], row.valid_from[1]) END AS valid_from
MERGE (e:Entity {tenant_id: row.tenant_id, entity_id: row.entity_id})
  ON CREATE SET
    e.name = row.name,
    e.entity_type = row.entity_type,
    e.valid_from = valid_from,
    e.first_seen_at = first_seen_at,
    e.last_seen_at = last_seen_at,
    e.recorded_at = recorded_at
  ON MATCH SET
    e.recorded_at = CASE WHEN e.recorded_at <= recorded_at THEN e.recorded_at ELSE recorded_at END,
    e.first_seen_at = CASE WHEN e.first_seen_at <= first_seen_at THEN e.first_seen_at ELSE first_seen_at END,
    e.last_seen_at = CASE WHEN e.last_seen_at >= last_seen_at THEN e.last_seen_at ELSE last_seen_at END,
    e.name = CASE WHEN valid_from IS NULL OR e.described OR e.valid_from < valid_from
                    OR (e.valid_from = valid_from AND e.name <= row.name) THEN e.name ELSE row.name END,
    e.entity_type = CASE WHEN valid_from IS NULL OR e.described OR e.valid_from < valid_from
                           OR (e.valid_from = valid_from AND e.entity_type <= row.entity_type)
                         THEN e.entity_type ELSE row.entity_type END,
    e.valid_from = CASE WHEN valid_from IS NULL OR e.described OR e.valid_from <= valid_from
                        THEN e.valid_from ELSE valid_from END
SET e:$(row.labels)
WITH e, row
UNWIND row.mentions AS mention
MERGE (m:Message {message_id: mention.message_id})
MERGE (e)-[mentioned:MENTIONED_IN {event_id: mention.event_id}]->(m)
  ON CREATE SET mentioned.start = mention.start,
                mentioned.end = mention.end,
                mentioned.text = mention.text,
                mentioned.confidence = mention.confidence,
                mentioned.method = mention.method,
                mentioned.event_type = mention.event_type,
                mentioned.checksum = mention.checksum,
                mentioned.valid_from = datetime.fromEpoch(mention.valid_from[0], mention.valid_from[1]),
                mentioned.recorded_at = datetime.fromEpoch(mention.recorded_at[0], mention.recorded_at[1])
