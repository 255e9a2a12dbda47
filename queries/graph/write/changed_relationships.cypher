// Relationships that the graph has: the newest description wins by its key, a deletion is a tombstone.
// Parameters:
//   relationships (LIST OF MAP): relationship_key, graph_type, from_entity_id, to_entity_id (STRING), properties (MAP),
//     valid_from, valid_to, deleted_at (LIST: seconds, nanoseconds since 1970, or null)
// Returns: nothing
UNWIND $relationships AS row
MATCH (:Entity {entity_id: row.from_entity_id})
      -[r:$(row.graph_type) {relationship_key: row.relationship_key}]->(:Entity {entity_id: row.to_entity_id})
WITH r, row, r.recorded_at AS recorded_at,
     CASE WHEN row.deleted_at IS NOT NULL THEN datetime.fromEpoch(row.deleted_at[0], row.deleted_at[1]) END AS deleted_at
SET r.deleted_at = CASE WHEN deleted_at IS NULL OR r.deleted_at >= deleted_at THEN r.deleted_at ELSE deleted_at END
WITH r, row, recorded_at, r.deleted_at AS deleted_at
WHERE row.properties.description_key > coalesce(r.description_key, "")
SET r = row.properties,
    r.valid_from = datetime.fromEpoch(row.valid_from[0], row.valid_from[1]),
    r.valid_to = CASE WHEN row.valid_to IS NOT NULL THEN datetime.fromEpoch(row.valid_to[0], row.valid_to[1]) END,
    r.deleted_at = deleted_at,
    r.recorded_at = recorded_at
