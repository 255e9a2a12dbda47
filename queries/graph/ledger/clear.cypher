// Remove what the workbench has written, in batches; the offsets are reset before, never removed.
// Parameters: none
// Returns: nothing
MATCH (n:Entity|EntityVersion|Message|Conversation|Session|User|Model|Provider|AppliedEvent)
CALL (n) {
  DETACH DELETE n
} IN TRANSACTIONS OF 5000 ROWS
