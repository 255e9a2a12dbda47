// Wait until the indexes are filled, for at most five minutes: a search on a half-filled one is an error.
// Parameters: none
// Returns: nothing
CALL db.awaitIndexes(300)
