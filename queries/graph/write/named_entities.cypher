// Entities that a link, a merge or a tombstone names, which may come before they are described.
// When the graph first heard of one is a minimum; a node that knows an earlier time is not locked.
// Parameters:
//   entities (LIST OF MAP): tenant_id, entity_id (STRING), recorded_at (LIST: seconds, nanoseconds since 1970), one a
//     node, in order
// Returns: nothing
UNWIND $entities AS row
WITH row, datetime.fromEpoch(row.recorded_at[0], row.recorded_at[1]) AS recorded_at
MERGE (e:Entity {tenant_id: row.tenant_id, entity_id: row.entity_id})
  ON CREATE SET e.recorded_at = recorded_at
WITH e, recorded_at
WHERE NOT e.recorded_at <= recorded_at
SET e.recorded_at = CASE WHEN e.recorded_at <= recorded_at THEN e.recorded_at ELSE recorded_at END
