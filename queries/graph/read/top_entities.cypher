// The entities that messages name most often.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_limit (INTEGER): most rows, 1 to 1000
// Returns: one row per entity, the most mentioned first; merged ones each for itself
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   mentions (INTEGER): times it is named
//   conversations (INTEGER): distinct conversations that name it
MATCH (e:Entity)
WHERE e.tenant_id = $tenant_id AND e.entity_id IS NOT NULL AND e.deleted_at IS NULL
MATCH (e)-[:MENTIONED_IN]->(m:Message {tenant_id: $tenant_id})
WITH e, count(m) AS mentions, count(DISTINCT m.conversation_id) AS conversations
RETURN e.entity_id AS entity_id, e.name AS name, e.entity_type AS entity_type, mentions, conversations
ORDER BY mentions DESC, entity_id
LIMIT $entity_limit
