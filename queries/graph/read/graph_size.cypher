// How much the graph holds, by label of a node and by type of a relationship.
// Parameters: none
// Returns: one row per label or type that occurs, nodes first, the most frequent first
//   what (STRING): node or relationship
//   kind (STRING): label or type; a node with several labels counts under each
//   count (INTEGER)
CALL () {
  MATCH (n) WHERE NOT n:AppliedEvent AND NOT n:StreamOffset
  UNWIND labels(n) AS kind
  RETURN "node" AS what, kind, count(*) AS count
  UNION ALL
  MATCH ()-[r]->()
  RETURN "relationship" AS what, type(r) AS kind, count(*) AS count
}
RETURN what, kind, count
ORDER BY what, count DESC, kind
