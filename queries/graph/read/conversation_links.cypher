// The links between entities that a conversation's messages show.
// Parameters:
//   tenant_id (STRING): whose conversation
//   conversation_id (STRING): which conversation
// Returns: one row per ordered pair of entities and type of link, the most shown first
//   from_entity_id (STRING), from_name (STRING), relationship_type (STRING), to_entity_id (STRING), to_name (STRING)
//   mentions (INTEGER): times that a message shows it
//   confidence (FLOAT): the highest of them, 0 to 1; NULL when none has one
MATCH (c:Conversation {tenant_id: $tenant_id, conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(m:Message)
MATCH (m)<-[:MENTIONED_IN]-(source:Entity)
WITH DISTINCT m, source
MATCH (source)-[r {message_id: m.message_id}]->(target:Entity)
WHERE r.superseded_at IS NULL AND r.valid_to IS NULL AND source.deleted_at IS NULL AND target.deleted_at IS NULL
RETURN source.entity_id AS from_entity_id, source.name AS from_name, r.relationship_type AS relationship_type,
       target.entity_id AS to_entity_id, target.name AS to_name, count(r) AS mentions, max(r.confidence) AS confidence
ORDER BY mentions DESC, from_entity_id, relationship_type, to_entity_id
