// What the nodes say.
// Parameters: none
// Returns: one row per node
//   labels (LIST OF STRING)
//   properties (MAP)
MATCH (n:Entity|EntityVersion|Message|Conversation|Session|User|Model|Provider)
RETURN labels(n) AS labels, properties(n) AS properties
