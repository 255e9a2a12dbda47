// Finds the pairs of entities that are held to be the same, by score.
// Parameters: none
// Returns: nothing
CREATE INDEX same_as_score IF NOT EXISTS
FOR ()-[r:SAME_AS]-() ON (r.tenant_id, r.confidence)
