// Where an entity is spoken of: the sessions, with their users and models.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_ids (LIST OF STRING): every id of the entity, see entity_members
//   session_limit (INTEGER): most rows
// Returns: one row per session and conversation, the latest first
//   session_id (STRING), conversation_id (STRING)
//   user_ids, model_ids (LIST OF STRING): who wrote the messages that name it, in order; empty when nobody of the kind did
//   messages (INTEGER): distinct messages that name it
//   mentions (INTEGER): times that they do
//   first_at, last_at (ZONED DATETIME): event times of the first and last of them
UNWIND $entity_ids AS entity_id
MATCH (:Entity {tenant_id: $tenant_id, entity_id: entity_id})-[:MENTIONED_IN]->(message:Message {tenant_id: $tenant_id})
WITH message, count(*) AS times
MATCH (message)-[:IN_SESSION]->(session:Session)
MATCH (message)-[:OF_USER]->(user:User)
OPTIONAL MATCH (message)-[:GENERATED_BY]->(model:Model)
WITH session.session_id AS session_id, message.conversation_id AS conversation_id, count(DISTINCT message) AS messages,
     sum(times) AS mentions, collect(DISTINCT user.user_id) AS users, collect(DISTINCT model.model_id) AS models,
     min(message.occurred_at) AS first_at, max(message.occurred_at) AS last_at
ORDER BY last_at DESC, session_id, conversation_id
LIMIT $session_limit
RETURN session_id, conversation_id, COLLECT { UNWIND users AS one RETURN one ORDER BY one } AS user_ids,
       COLLECT { UNWIND models AS one RETURN one ORDER BY one } AS model_ids, messages, mentions, first_at, last_at
