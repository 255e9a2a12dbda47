// Tombstones of entities: the latest one stays, and nothing is removed.
// Parameters:
//   deletions (LIST OF MAP): entity_id (STRING), deleted_at (LIST: seconds, nanoseconds since 1970), one a node
// Returns: nothing
UNWIND $deletions AS row
WITH row, datetime.fromEpoch(row.deleted_at[0], row.deleted_at[1]) AS deleted_at
MATCH (e:Entity {entity_id: row.entity_id})
SET e.deleted_at = CASE WHEN e.deleted_at >= deleted_at THEN e.deleted_at ELSE deleted_at END
