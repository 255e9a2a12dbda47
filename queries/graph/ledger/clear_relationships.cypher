// Remove the relationships of what the workbench has written, in batches: an entity may have more of them than fit
// into one transaction.
// Parameters: none
// Returns: nothing
MATCH (:Entity|EntityVersion|Message|Conversation|Session|User|Model|Provider)-[r]->()
CALL (r) {
  DELETE r
} IN TRANSACTIONS OF 10000 ROWS
