// The conversation that names most different entities.
// Parameters:
//   tenant_id (STRING): whose conversations
// Returns: one row, or none when no message names an entity
//   conversation_id (STRING)
//   entities (INTEGER): distinct entities named in it
MATCH (c:Conversation {tenant_id: $tenant_id})<-[:IN_CONVERSATION]-(:Message)<-[:MENTIONED_IN]-(e:Entity)
WHERE e.deleted_at IS NULL
RETURN c.conversation_id AS conversation_id, count(DISTINCT e) AS entities
ORDER BY entities DESC, conversation_id
LIMIT 1
