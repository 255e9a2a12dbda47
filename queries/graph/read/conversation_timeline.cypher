// What a conversation named, message by message.
// Parameters:
//   tenant_id (STRING): whose conversation
//   conversation_id (STRING): which conversation
//   mention_limit (INTEGER): most rows
// Returns: one row per mention, in order of time
//   occurred_at (ZONED DATETIME), message_id (STRING), role (STRING)
//   model_id (STRING): the model that wrote the message; NULL for a person's
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   start, end (INTEGER): characters [start, end) of the message
//   text (STRING): these characters
//   confidence (FLOAT): 0 to 1
//   method (STRING): what found it
//   excerpt (STRING): the beginning of the message; NULL when only the mention has come
MATCH (c:Conversation {tenant_id: $tenant_id, conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(m:Message)
MATCH (m)<-[mentioned:MENTIONED_IN]-(e:Entity)
WHERE e.deleted_at IS NULL
OPTIONAL MATCH (m)-[:GENERATED_BY]->(model:Model)
RETURN m.occurred_at AS occurred_at, m.message_id AS message_id, m.role AS role, model.model_id AS model_id,
       e.entity_id AS entity_id, e.name AS name, e.entity_type AS entity_type,
       mentioned.start AS start, mentioned.end AS end, mentioned.text AS text, mentioned.confidence AS confidence,
       mentioned.method AS method, m.excerpt AS excerpt
ORDER BY occurred_at, message_id, start, entity_id
LIMIT $mention_limit
