// Tells whether a relationship is in the graph already: its type cannot be bound, so no index on relationships helps.
// Parameters: none
// Returns: nothing
CREATE INDEX applied_relationship IF NOT EXISTS
FOR (n:AppliedEvent) ON (n.relationship_key)
