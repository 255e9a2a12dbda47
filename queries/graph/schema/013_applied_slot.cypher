// Finds what was asserted in a slot: relationships' types cannot be bound, so no index on relationships helps.
// Parameters: none
// Returns: nothing
CREATE INDEX applied_slot IF NOT EXISTS
FOR (n:AppliedEvent) ON (n.slot_key)
