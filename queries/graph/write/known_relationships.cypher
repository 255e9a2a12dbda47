// Which of these relationships the graph has already.
// Parameters:
//   relationship_keys (LIST OF STRING): keys to look for
// Returns: one row per relationship that is there
//   relationship_key (STRING)
UNWIND $relationship_keys AS relationship_key
MATCH (applied:AppliedEvent {relationship_key: relationship_key})
RETURN DISTINCT applied.relationship_key AS relationship_key
