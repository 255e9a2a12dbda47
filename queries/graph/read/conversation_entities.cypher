// The entities that a conversation's messages name, merged ones as one.
// Parameters:
//   tenant_id (STRING): whose conversation
//   conversation_id (STRING): which conversation
//   min_confidence (FLOAT): least confidence of a mention that counts, 0 to 1
//   since (ZONED DATETIME): messages from then on count; NULL for no bound
//   until (ZONED DATETIME): messages before then count; NULL for no bound
//   as_of (ZONED DATETIME): valid time at which merges and links are taken; NULL for those that still hold
//   known_at (ZONED DATETIME): what had been recorded by then; NULL for what is known now
//   entity_limit (INTEGER): most rows
// Returns: one row per entity, the most mentioned first
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   mentions (INTEGER): times the conversation names it
//   confidence (FLOAT): the surest of them, 0 to 1
//   first_mentioned_at, last_mentioned_at (ZONED DATETIME): event times of the first and last message that does
//   merged_ids (LIST OF STRING): ids under which it is named that are merged into it; empty when there is none
MATCH (:Conversation {tenant_id: $tenant_id, conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(message:Message)
WHERE coalesce(message.occurred_at >= $since, true) AND coalesce(message.occurred_at < $until, true)
  AND coalesce(message.occurred_at <= $as_of, true)
MATCH (message)<-[mention:MENTIONED_IN]-(named:Entity)
WHERE mention.confidence >= $min_confidence AND coalesce(mention.recorded_at <= $known_at, true)
WITH named, count(*) AS mentions, max(mention.confidence) AS confidence,
     min(message.occurred_at) AS first_at, max(message.occurred_at) AS last_at
CALL (named) {
  MATCH merges = (named)(()-[m:MERGED_INTO WHERE
      (m.superseded_at IS NULL AND $known_at IS NULL OR m.recorded_at <= $known_at AND coalesce($known_at < m.superseded_at, true))
      AND (m.valid_to IS NULL AND $as_of IS NULL OR m.valid_from <= $as_of AND coalesce($as_of < m.valid_to, true))]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS canonical
  RETURN canonical ORDER BY canonical.entity_id LIMIT 1
}
WITH canonical, sum(mentions) AS mentions, max(confidence) AS confidence, min(first_at) AS first_mentioned_at,
     max(last_at) AS last_mentioned_at, collect(named.entity_id) AS named_ids
WHERE NOT EXISTS {
    (canonical)<-[:VERSION_OF]-(v:EntityVersion WHERE v.deleted
      AND (v.superseded_at IS NULL AND $known_at IS NULL OR v.recorded_at <= $known_at AND coalesce($known_at < v.superseded_at, true))
      AND (v.valid_to IS NULL AND $as_of IS NULL OR v.valid_from <= $as_of AND coalesce($as_of < v.valid_to, true)))
  }
RETURN canonical.entity_id AS entity_id, canonical.name AS name, canonical.entity_type AS entity_type, mentions,
       confidence, first_mentioned_at, last_mentioned_at,
       [id IN named_ids WHERE id <> canonical.entity_id] AS merged_ids
ORDER BY mentions DESC, entity_id
LIMIT $entity_limit
