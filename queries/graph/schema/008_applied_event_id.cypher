// One note per event that leaves no fact with its own id: relationships, deletions, merges.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT applied_event_id IF NOT EXISTS
FOR (n:AppliedEvent) REQUIRE n.event_id IS UNIQUE
