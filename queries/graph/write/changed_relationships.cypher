// Relationships that the graph has: the newest description wins by its key, a deletion is a tombstone.
// Parameters:
//   relationships (LIST OF MAP): relationship_key, graph_type, from_entity_id, to_entity_id (STRING), description (MAP or null: all
//     properties of the newest description), deleted_at (ZONED DATETIME or null)
// Returns: nothing
UNWIND $relationships AS row
MATCH (:Entity {entity_id: row.from_entity_id})-[r:$(row.graph_type) {relationship_key: row.relationship_key}]->(:Entity {entity_id: row.to_entity_id})
WITH r, row, r.deleted_at AS deleted_at, r.recorded_at AS recorded_at
SET r.deleted_at = CASE WHEN deleted_at IS NULL OR row.deleted_at > deleted_at THEN row.deleted_at ELSE deleted_at END
WITH r, row, r.deleted_at AS deleted_at, recorded_at
WHERE row.description.description_key > coalesce(r.description_key, "")
SET r = row.description
SET r.deleted_at = deleted_at, r.recorded_at = recorded_at
