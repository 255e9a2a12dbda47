// Where models contradict each other about an entity: two said things of which only one can be true.
// exclusive: a fact of which an entity has one at a time, with two different others. rival: two preferences of one
// entity for things that are compared with each other. opposed: a link that cannot point both ways, said in both
// directions. denied: a link that one asserts and the other denies.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_ids (LIST OF STRING): every id of the entity, see entity_members
//   exclusive_types (LIST OF STRING): types of which an entity has one at a time, in capitals
//   rival_types (LIST OF STRING): types that choose between things that are compared, in capitals
//   opposed_types (LIST OF STRING): types that cannot point both ways, in capitals
//   asserted_from (FLOAT): from this confidence on a link is asserted; one without confidence is, too
//   denied_to (FLOAT): up to this confidence a link is denied
//   statement_limit (INTEGER): most links to look at
//   row_limit (INTEGER): most rows
// Returns: one row per contradiction and pair of models
//   kind (STRING): exclusive, rival, opposed or denied
//   relationship_type (STRING): in capitals
//   model_id, other_model_id (STRING): who contradict each other; the smaller id first
//   provider_id, other_provider_id (STRING): who serve them; NULL when not known
//   said_from_id, said_from_name, said_to_id, said_to_name (STRING): the link as the first of both says it
//   other_said_from_id, other_said_from_name, other_said_to_id, other_said_to_name (STRING): as the other one does
//   confidence, other_confidence (FLOAT): the surest time each said so, 0 to 1; NULL when none has one
//   said_at, other_said_at (ZONED DATETIME): event time of the last message in which each said so
//   message_id, other_message_id, text, other_text (STRING): the messages and words that show it
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
MATCH (self:Entity {tenant_id: $tenant_id, entity_id: $entity_ids[0]})
CALL (self) {
  MATCH merges = (self)(()-[m:MERGED_INTO WHERE m.superseded_at IS NULL AND m.valid_to IS NULL]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS own
  RETURN own ORDER BY own.entity_id LIMIT 1
}
WITH relationship_type,
     CASE WHEN forward AND (relationship_type IN $exclusive_types OR relationship_type IN $rival_types) THEN ""
          ELSE canonical.entity_id END AS contested,
     collect({
       model_id: model.model_id, provider_id: provider.provider_id, forward: forward, other: canonical,
       from: CASE WHEN forward THEN own ELSE canonical END, to: CASE WHEN forward THEN canonical ELSE own END,
       asserted: coalesce(confidence >= $asserted_from, true), denied: coalesce(confidence <= $denied_to, false),
       confidence: confidence, at: last_said_at, shown: shown
     }) AS said
UNWIND said AS one
UNWIND said AS two
WITH relationship_type, one, two, one.other AS first, two.other AS second,
     one.asserted AND two.asserted AS both, one.forward AND two.forward AS about, one.forward = two.forward AS along
WHERE one.model_id < two.model_id
WITH relationship_type, one, two,
     CASE WHEN relationship_type IN $exclusive_types AND both AND about AND first <> second THEN "exclusive"
          WHEN relationship_type IN $rival_types AND both AND about AND first <> second
               AND EXISTS { (first)-[:COMPARED_WITH]-(second) } THEN "rival"
          WHEN relationship_type IN $opposed_types AND both AND NOT along AND first = second THEN "opposed"
          WHEN along AND first = second AND (one.asserted AND two.denied OR one.denied AND two.asserted) THEN "denied"
     END AS kind
WHERE kind IS NOT NULL
RETURN kind, relationship_type, one.model_id AS model_id, two.model_id AS other_model_id,
       one.provider_id AS provider_id, two.provider_id AS other_provider_id,
       one.from.entity_id AS said_from_id, one.from.name AS said_from_name,
       one.to.entity_id AS said_to_id, one.to.name AS said_to_name,
       two.from.entity_id AS other_said_from_id, two.from.name AS other_said_from_name,
       two.to.entity_id AS other_said_to_id, two.to.name AS other_said_to_name,
       one.confidence AS confidence, two.confidence AS other_confidence, one.at AS said_at, two.at AS other_said_at,
       one.shown.message_id AS message_id, two.shown.message_id AS other_message_id,
       one.shown.text AS text, two.shown.text AS other_text
ORDER BY kind, relationship_type, model_id, other_model_id, said_to_id, other_said_to_id
LIMIT $row_limit
