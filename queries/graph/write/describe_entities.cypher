// The state of entities that are described explicitly or deleted: their last description, and the tombstone after it.
// Parameters:
//   entities (LIST OF MAP): tenant_id, entity_id (STRING), described (BOOLEAN: there is a description), properties (MAP),
//     labels (LIST OF STRING), valid_from, valid_to, deleted_at (LIST: seconds, nanoseconds since 1970, or null)
// Returns: nothing
UNWIND $entities AS row
MATCH (e:Entity {tenant_id: row.tenant_id, entity_id: row.entity_id})
SET e += row.properties,
    e.valid_from = CASE WHEN row.described THEN datetime.fromEpoch(row.valid_from[0], row.valid_from[1])
                        ELSE e.valid_from END,
    e.valid_to = CASE WHEN row.valid_to IS NOT NULL THEN datetime.fromEpoch(row.valid_to[0], row.valid_to[1]) END,
    e.deleted_at = CASE WHEN row.deleted_at IS NOT NULL THEN datetime.fromEpoch(row.deleted_at[0], row.deleted_at[1]) END
SET e:$(row.labels)
