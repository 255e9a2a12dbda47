// What the nodes say, without when it was recorded.
// Parameters: none
// Returns: one row per node
//   labels (LIST OF STRING)
//   properties (MAP): with recorded_at, which the reader leaves out
MATCH (n:Entity|Message|Conversation|Session|User|Model|Provider)
RETURN labels(n) AS labels, properties(n) AS properties
