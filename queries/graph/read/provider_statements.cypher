// What each model said about an entity: its links that messages of a model show, also those that no longer hold.
// Standing together in a message says nothing, so co-occurrence is left out.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_ids (LIST OF STRING): every id of the entity, see entity_members
//   statement_limit (INTEGER): most links to look at
//   row_limit (INTEGER): most rows
// Returns: one row per model, direction, type and other entity (merged ones as one), by provider and model
//   provider_id (STRING): NULL when it is not known
//   model_id (STRING)
//   forward (BOOLEAN): whether the link starts at the entity
//   relationship_type (STRING): in capitals
//   other_entity_id (STRING), other_name (STRING), other_entity_type (STRING)
//   times (INTEGER): how often it said so
//   confidence (FLOAT): the surest time, 0 to 1; NULL when none has one
//   first_said_at, last_said_at (ZONED DATETIME): event times of the first and last of these messages
//   holds (BOOLEAN): whether the graph still holds one of them
//   message_id (STRING), text (STRING): the message and the words that show the surest one
UNWIND $entity_ids AS entity_id
MATCH (e:Entity {tenant_id: $tenant_id, entity_id: entity_id})-[r:USES|DEPENDS_ON|COMPARED_WITH|PART_OF|WORKS_AT|LIVES_IN|LOCATED_IN|PREFERS|SUPERSEDES|HAS_VERSION|RELATED_TO]-(other:Entity)
WHERE r.message_id IS NOT NULL
WITH e, r, other LIMIT $statement_limit
MATCH (message:Message {message_id: r.message_id})-[:GENERATED_BY]->(model:Model)
WHERE message.tenant_id = $tenant_id
WITH startNode(r) = e AS forward, toUpper(r.relationship_type) AS relationship_type, other, model, message,
     r.event_id AS event_id, r.text AS text, max(r.confidence) AS confidence,
     max(toInteger(r.superseded_at IS NULL AND r.valid_to IS NULL)) = 1 AS holds
CALL (other) {
  MATCH merges = (other)(()-[m:MERGED_INTO WHERE m.superseded_at IS NULL AND m.valid_to IS NULL]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS canonical
  RETURN canonical ORDER BY canonical.entity_id LIMIT 1
}
WITH canonical, forward, relationship_type, model, message, event_id, text, confidence, holds
WHERE NOT canonical.entity_id IN $entity_ids
ORDER BY coalesce(confidence, -1.0) DESC, message.occurred_at, event_id
WITH canonical, forward, relationship_type, model, count(DISTINCT event_id) AS times, max(confidence) AS confidence,
     max(toInteger(holds)) = 1 AS holds, min(message.occurred_at) AS first_said_at, max(message.occurred_at) AS last_said_at,
     collect({message_id: message.message_id, text: text})[0] AS shown
OPTIONAL MATCH (model)-[:SERVED_BY]->(provider:Provider)
RETURN provider.provider_id AS provider_id, model.model_id AS model_id, forward, relationship_type,
       canonical.entity_id AS other_entity_id, canonical.name AS other_name, canonical.entity_type AS other_entity_type,
       times, confidence, first_said_at, last_said_at, holds, shown.message_id AS message_id, shown.text AS text
ORDER BY provider_id, model_id, times DESC, relationship_type, other_entity_id, forward
LIMIT $row_limit
