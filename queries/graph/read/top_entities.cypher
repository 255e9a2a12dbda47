// The entities that messages name most often.
// Parameters:
//   tenant_id (STRING): whose messages count
//   entity_limit (INTEGER): most rows, 1 to 1000
// Returns: one row per entity, the most mentioned first
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   mentions (INTEGER): times it is named
//   conversations (INTEGER): distinct conversations that name it
MATCH (e:Entity)-[:MENTIONED_IN]->(m:Message {tenant_id: $tenant_id})-[:IN_CONVERSATION]->(c:Conversation)
WHERE e.deleted_at IS NULL
WITH e, count(*) AS mentions, count(DISTINCT c) AS conversations
RETURN e.entity_id AS entity_id, e.name AS name, e.entity_type AS entity_type, mentions, conversations
ORDER BY mentions DESC, entity_id
LIMIT $entity_limit
