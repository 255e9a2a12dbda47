// Lock the entities that relationships start from: what is looked up next is what the last writer left, and of two
// writers that would make the same relationship the second one finds it.
// Parameters:
//   entity_ids (LIST OF STRING): ids, each once, in order, so that two writers do not wait for each other
// Returns: nothing
UNWIND $entity_ids AS entity_id
MATCH (e:Entity {entity_id: entity_id})
SET e.recorded_at = e.recorded_at
