// The links between entities that a conversation's messages show, between merged entities as between one.
// Parameters:
//   tenant_id (STRING): whose conversation
//   conversation_id (STRING): which conversation
//   min_confidence (FLOAT): least confidence of a link that counts, 0 to 1; links without one count
//   since (ZONED DATETIME): messages from then on count; NULL for no bound
//   until (ZONED DATETIME): messages before then count; NULL for no bound
//   as_of (ZONED DATETIME): valid time at which merges and links are taken; NULL for those that still hold
//   known_at (ZONED DATETIME): what had been recorded by then; NULL for what is known now
//   link_limit (INTEGER): most rows
// Returns: one row per ordered pair of entities and type of link, the most shown first
//   from_entity_id (STRING), from_name (STRING), relationship_type (STRING), to_entity_id (STRING), to_name (STRING)
//   mentions (INTEGER): times that a message shows it
//   confidence (FLOAT): the highest of them, 0 to 1; NULL when none has one
MATCH (:Conversation {tenant_id: $tenant_id, conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(message:Message)
WHERE coalesce(message.occurred_at >= $since, true) AND coalesce(message.occurred_at < $until, true)
  AND coalesce(message.occurred_at <= $as_of, true)
WITH collect(message) AS messages, collect(message.message_id) AS message_ids
UNWIND messages AS message
MATCH (message)<-[:MENTIONED_IN]-(source:Entity)
WITH DISTINCT source, message_ids
MATCH (source)-[r:CO_OCCURS_WITH|USES|DEPENDS_ON|COMPARED_WITH|PART_OF|WORKS_AT|LIVES_IN|LOCATED_IN|PREFERS|SUPERSEDES|HAS_VERSION|SAME_AS|RELATED_TO]->(target:Entity)
WHERE r.message_id IN message_ids AND coalesce(r.confidence >= $min_confidence, true)
  AND (r.superseded_at IS NULL AND $known_at IS NULL OR r.recorded_at <= $known_at AND coalesce($known_at < r.superseded_at, true))
  AND (r.valid_to IS NULL AND $as_of IS NULL OR r.valid_from <= $as_of AND coalesce($as_of < r.valid_to, true))
WITH source, target, r.relationship_type AS relationship_type, count(r) AS shown, max(r.confidence) AS confidence
CALL (source) {
  MATCH merges = (source)(()-[m:MERGED_INTO WHERE
      (m.superseded_at IS NULL AND $known_at IS NULL OR m.recorded_at <= $known_at AND coalesce($known_at < m.superseded_at, true))
      AND (m.valid_to IS NULL AND $as_of IS NULL OR m.valid_from <= $as_of AND coalesce($as_of < m.valid_to, true))]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS head
  RETURN head ORDER BY head.entity_id LIMIT 1
}
CALL (target) {
  MATCH merges = (target)(()-[m:MERGED_INTO WHERE
      (m.superseded_at IS NULL AND $known_at IS NULL OR m.recorded_at <= $known_at AND coalesce($known_at < m.superseded_at, true))
      AND (m.valid_to IS NULL AND $as_of IS NULL OR m.valid_from <= $as_of AND coalesce($as_of < m.valid_to, true))]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS tail
  RETURN tail ORDER BY tail.entity_id LIMIT 1
}
WITH head, tail, relationship_type, sum(shown) AS mentions, max(confidence) AS confidence
WHERE head <> tail AND NOT EXISTS {
    (head)<-[:VERSION_OF]-(v:EntityVersion WHERE v.deleted
      AND (v.superseded_at IS NULL AND $known_at IS NULL OR v.recorded_at <= $known_at AND coalesce($known_at < v.superseded_at, true))
      AND (v.valid_to IS NULL AND $as_of IS NULL OR v.valid_from <= $as_of AND coalesce($as_of < v.valid_to, true)))
  }
  AND NOT EXISTS {
    (tail)<-[:VERSION_OF]-(v:EntityVersion WHERE v.deleted
      AND (v.superseded_at IS NULL AND $known_at IS NULL OR v.recorded_at <= $known_at AND coalesce($known_at < v.superseded_at, true))
      AND (v.valid_to IS NULL AND $as_of IS NULL OR v.valid_from <= $as_of AND coalesce($as_of < v.valid_to, true)))
  }
RETURN head.entity_id AS from_entity_id, head.name AS from_name, relationship_type, tail.entity_id AS to_entity_id,
       tail.name AS to_name, mentions, confidence
ORDER BY mentions DESC, from_entity_id, relationship_type, to_entity_id
LIMIT $link_limit
