// Applied events are found by their slot: the index of earlier versions has nothing to hold.
// Parameters: none
// Returns: nothing
DROP INDEX applied_relationship IF EXISTS
