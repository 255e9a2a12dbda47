// Each event is applied once: a second attempt meets this constraint.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT applied_event_id IF NOT EXISTS
FOR (n:AppliedEvent) REQUIRE n.event_id IS UNIQUE
