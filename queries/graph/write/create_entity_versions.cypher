// Versions of entities' descriptions, each true in [valid_from, valid_to), believed in [recorded_at, superseded_at).
// Parameters:
//   versions (LIST OF MAP): tenant_id, entity_id (STRING), properties (MAP), valid_from, valid_to, recorded_at,
//     superseded_at (LIST: seconds, nanoseconds since 1970, or null)
// Returns: nothing
UNWIND $versions AS row
MATCH (e:Entity {tenant_id: row.tenant_id, entity_id: row.entity_id})
CREATE (v:EntityVersion)-[:VERSION_OF]->(e)
SET v = row.properties,
    v.valid_from = datetime.fromEpoch(row.valid_from[0], row.valid_from[1]),
    v.valid_to = CASE WHEN row.valid_to IS NOT NULL THEN datetime.fromEpoch(row.valid_to[0], row.valid_to[1]) END,
    v.recorded_at = datetime.fromEpoch(row.recorded_at[0], row.recorded_at[1]),
    v.superseded_at = CASE WHEN row.superseded_at IS NOT NULL
                           THEN datetime.fromEpoch(row.superseded_at[0], row.superseded_at[1]) END
