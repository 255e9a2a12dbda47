// Pairs of entities that are held to be the same with some score and are not merged.
// Parameters:
//   tenant_id (STRING): whose graph
//   min_score (FLOAT): least score of a pair, 0 to 1
//   pair_limit (INTEGER): most rows
// Returns: one row per pair, the surest first
//   entity_id, other_entity_id (STRING): the smaller id first
//   name, other_name (STRING), entity_type, other_entity_type (STRING)
//   score (FLOAT): how sure it is that both are the same, 0 to 1
//   method (STRING): what found it; NULL when it did not say
//   properties (STRING): what explains the score, a JSON object; NULL for nothing
MATCH (a:Entity)-[r:SAME_AS]->(b:Entity)
WHERE r.tenant_id = $tenant_id AND r.confidence >= $min_score AND r.superseded_at IS NULL AND r.valid_to IS NULL
  AND a.deleted_at IS NULL AND b.deleted_at IS NULL
CALL (a) {
  MATCH merges = (a)(()-[m:MERGED_INTO WHERE m.superseded_at IS NULL AND m.valid_to IS NULL]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS head
  RETURN head ORDER BY head.entity_id LIMIT 1
}
CALL (b) {
  MATCH merges = (b)(()-[m:MERGED_INTO WHERE m.superseded_at IS NULL AND m.valid_to IS NULL]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS tail
  RETURN tail ORDER BY tail.entity_id LIMIT 1
}
WITH a, b, r, head, tail WHERE head <> tail
WITH r, CASE WHEN a.entity_id <= b.entity_id THEN a ELSE b END AS one, CASE WHEN a.entity_id <= b.entity_id THEN b ELSE a END AS other
ORDER BY r.confidence DESC, one.entity_id, other.entity_id, r.relationship_key
LIMIT $pair_limit
RETURN one.entity_id AS entity_id, one.name AS name, one.entity_type AS entity_type, other.entity_id AS other_entity_id,
       other.name AS other_name, other.entity_type AS other_entity_type, r.confidence AS score, r.method AS method,
       r.properties AS properties
