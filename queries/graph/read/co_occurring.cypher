// The entities that messages name together with an entity, most often first, merged ones as one.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_ids (LIST OF STRING): every id of the entity, see entity_members
//   min_confidence (FLOAT): least confidence of a mention that counts, 0 to 1
//   since (ZONED DATETIME): messages from then on count; NULL for no bound
//   until (ZONED DATETIME): messages before then count; NULL for no bound
//   message_limit (INTEGER): most messages to look at
//   entity_limit (INTEGER): most rows
// Returns: one row per other entity, the most often named together first
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   messages_together (INTEGER): distinct messages that name both
//   conversations_together (INTEGER): distinct conversations of those messages
//   messages (INTEGER): distinct messages that name the other entity
//   overlap (FLOAT): messages that name both by messages that name either, 0 to 1 (Jaccard)
UNWIND $entity_ids AS entity_id
MATCH (:Entity {tenant_id: $tenant_id, entity_id: entity_id})-[mention:MENTIONED_IN]->(message:Message)
WHERE mention.confidence >= $min_confidence AND message.tenant_id = $tenant_id
  AND coalesce(message.occurred_at >= $since, true) AND coalesce(message.occurred_at < $until, true)
WITH DISTINCT message LIMIT $message_limit
WITH collect(message) AS messages
UNWIND messages AS message
MATCH (message)<-[mention:MENTIONED_IN]-(named:Entity)
WHERE mention.confidence >= $min_confidence AND NOT named.entity_id IN $entity_ids
WITH size(messages) AS own, named, collect(DISTINCT message) AS shared
CALL (named) {
  MATCH merges = (named)(()-[m:MERGED_INTO WHERE m.superseded_at IS NULL AND m.valid_to IS NULL]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS canonical
  RETURN canonical ORDER BY canonical.entity_id LIMIT 1
}
UNWIND shared AS message
WITH own, canonical, count(DISTINCT message) AS messages_together,
     count(DISTINCT message.conversation_id) AS conversations_together
WHERE canonical.deleted_at IS NULL AND NOT canonical.entity_id IN $entity_ids
ORDER BY messages_together DESC, canonical.entity_id
LIMIT $entity_limit
CALL (canonical) {
  MATCH (canonical)(()<-[m:MERGED_INTO WHERE m.superseded_at IS NULL AND m.valid_to IS NULL]-()){0,10}(member:Entity)
  MATCH (member)-[mention:MENTIONED_IN]->(message:Message)
  WHERE mention.confidence >= $min_confidence AND message.tenant_id = $tenant_id
    AND coalesce(message.occurred_at >= $since, true) AND coalesce(message.occurred_at < $until, true)
  RETURN count(DISTINCT message) AS messages
}
RETURN canonical.entity_id AS entity_id, canonical.name AS name, canonical.entity_type AS entity_type,
       messages_together, conversations_together, messages,
       toFloat(messages_together) / (own + messages - messages_together) AS overlap
ORDER BY messages_together DESC, entity_id
