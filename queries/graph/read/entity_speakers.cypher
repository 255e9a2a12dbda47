// Who speaks of an entity: people, and the models of each provider.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_ids (LIST OF STRING): every id of the entity, see entity_members
//   speaker_limit (INTEGER): most rows
// Returns: one row per role, provider and model, the most talkative first
//   role (STRING): of the messages, e.g. user or assistant
//   provider_id, model_id (STRING): NULL for messages that no model wrote, or whose provider is not known
//   messages (INTEGER): distinct messages that name it
//   sessions (INTEGER): distinct sessions of those
//   confidence (FLOAT): mean confidence of the mentions, 0 to 1
UNWIND $entity_ids AS entity_id
MATCH (:Entity {tenant_id: $tenant_id, entity_id: entity_id})-[mention:MENTIONED_IN]->(message:Message {tenant_id: $tenant_id})
OPTIONAL MATCH (message)-[:GENERATED_BY]->(model:Model)
OPTIONAL MATCH (model)-[:SERVED_BY]->(provider:Provider)
OPTIONAL MATCH (message)-[:IN_SESSION]->(session:Session)
RETURN message.role AS role, provider.provider_id AS provider_id, model.model_id AS model_id,
       count(DISTINCT message) AS messages, count(DISTINCT session) AS sessions, avg(mention.confidence) AS confidence
ORDER BY messages DESC, role, model_id
LIMIT $speaker_limit
