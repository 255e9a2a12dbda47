// The entities that a conversation's messages name.
// Parameters:
//   tenant_id (STRING): whose conversation
//   conversation_id (STRING): which conversation
// Returns: one row per entity, the most mentioned first
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   mentions (INTEGER): times the conversation names it
//   first_mentioned_at (ZONED DATETIME): event time of the first message that does
MATCH (c:Conversation {tenant_id: $tenant_id, conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(m:Message)
MATCH (m)<-[:MENTIONED_IN]-(e:Entity)
WHERE e.deleted_at IS NULL
RETURN e.entity_id AS entity_id, e.name AS name, e.entity_type AS entity_type, count(*) AS mentions,
       min(m.occurred_at) AS first_mentioned_at
ORDER BY mentions DESC, entity_id
