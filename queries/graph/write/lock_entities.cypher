// Lock the entities that are there: what is looked up next is what the last writer left, and of two writers that would
// make the same version the second one finds it.
// Parameters:
//   entities (LIST OF MAP): tenant_id, entity_id (STRING), each once, in order, so that two writers do not wait for each
//     other
// Returns: nothing
UNWIND $entities AS row
MATCH (e:Entity {tenant_id: row.tenant_id, entity_id: row.entity_id})
SET e.recorded_at = e.recorded_at
