// Remove versions of relationships that are written anew with other ends of their intervals.
// Parameters:
//   element_ids (LIST OF STRING): as they were just read
// Returns: nothing
UNWIND $element_ids AS element_id
MATCH ()-[r]->()
WHERE elementId(r) = element_id
DELETE r
