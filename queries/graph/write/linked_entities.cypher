// Entities that a link or a tombstone names, which may come before they are described.
// Parameters:
//   entity_ids (LIST OF STRING): ids, each once
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $entity_ids AS entity_id
MERGE (e:Entity {entity_id: entity_id})
  ON CREATE SET e.recorded_at = $recorded_at
