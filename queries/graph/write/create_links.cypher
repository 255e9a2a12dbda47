// Versions of relationships between entities, each true in [valid_from, valid_to), believed in [recorded_at,
// superseded_at).
// Parameters:
//   links (LIST OF MAP): graph_type, tenant_id, from_entity_id, to_entity_id (STRING), properties (MAP), valid_from,
//     valid_to, recorded_at, superseded_at (LIST: seconds, nanoseconds since 1970, or null)
// Returns: nothing
UNWIND $links AS row
MATCH (source:Entity {tenant_id: row.tenant_id, entity_id: row.from_entity_id})
MATCH (target:Entity {tenant_id: row.tenant_id, entity_id: row.to_entity_id})
CREATE (source)-[r:$(row.graph_type)]->(target)
SET r = row.properties,
    r.valid_from = datetime.fromEpoch(row.valid_from[0], row.valid_from[1]),
    r.valid_to = CASE WHEN row.valid_to IS NOT NULL THEN datetime.fromEpoch(row.valid_to[0], row.valid_to[1]) END,
    r.recorded_at = datetime.fromEpoch(row.recorded_at[0], row.recorded_at[1]),
    r.superseded_at = CASE WHEN row.superseded_at IS NOT NULL
                           THEN datetime.fromEpoch(row.superseded_at[0], row.superseded_at[1]) END
