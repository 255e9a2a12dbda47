// Remove versions of entities that are written anew with other ends of their intervals.
// Parameters:
//   element_ids (LIST OF STRING): as they were just read
// Returns: nothing
UNWIND $element_ids AS element_id
MATCH (v:EntityVersion)
WHERE elementId(v) = element_id
DETACH DELETE v
