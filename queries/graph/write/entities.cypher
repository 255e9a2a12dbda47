// Entities by id; the newest description wins by its key, times are minimum and maximum, so order does not matter.
// A row without description_key only makes sure that the node is there, for a link that came before its entity.
// Parameters:
//   entities (LIST OF MAP): entity_id (STRING), labels (LIST OF STRING), properties (MAP: name, entity_type, valid_from,
//     description_key, first_seen_at, last_seen_at, deleted_at, all but entity_id may be missing), one a node
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $entities AS row
WITH row, row.properties AS new
MERGE (e:Entity {entity_id: row.entity_id})
  ON CREATE SET e += new, e.recorded_at = $recorded_at
  ON MATCH SET
    e.name = CASE WHEN new.description_key > coalesce(e.description_key, "") THEN new.name ELSE e.name END,
    e.entity_type = CASE WHEN new.description_key > coalesce(e.description_key, "") THEN new.entity_type ELSE e.entity_type END,
    e.valid_from = CASE WHEN new.description_key > coalesce(e.description_key, "") THEN new.valid_from ELSE e.valid_from END,
    e.first_seen_at = CASE WHEN e.first_seen_at IS NULL OR new.first_seen_at < e.first_seen_at THEN new.first_seen_at ELSE e.first_seen_at END,
    e.last_seen_at = CASE WHEN e.last_seen_at IS NULL OR new.last_seen_at > e.last_seen_at THEN new.last_seen_at ELSE e.last_seen_at END,
    e.deleted_at = CASE WHEN e.deleted_at IS NULL OR new.deleted_at > e.deleted_at THEN new.deleted_at ELSE e.deleted_at END,
    e.description_key = CASE WHEN new.description_key > coalesce(e.description_key, "") THEN new.description_key ELSE e.description_key END
SET e:$(row.labels)
