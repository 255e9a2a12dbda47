// The links of an entity at a moment of valid time, as known at a moment of recorded time.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_ids (LIST OF STRING): every id of the entity, see entity_members
//   relationship_types (LIST OF STRING): types of links, in capitals; empty for all
//   min_confidence (FLOAT): least confidence of a link, 0 to 1; links without one count
//   as_of (ZONED DATETIME): valid time at which merges and links are taken; NULL for those that still hold
//   known_at (ZONED DATETIME): what had been recorded by then; NULL for what is known now
//   link_limit (INTEGER): most rows
// Returns: one row per direction, type and other entity (merged ones as one), the surest first
//   forward (BOOLEAN): whether the link starts at the entity
//   relationship_type (STRING)
//   other_entity_id (STRING), other_name (STRING), other_entity_type (STRING)
//   links (INTEGER): how many say so
//   confidence (FLOAT): the highest of them, 0 to 1; NULL when none has one
//   valid_from (ZONED DATETIME): since when the earliest of them holds
//   valid_to (ZONED DATETIME): until when the last of them holds; NULL when one is open
//   message_id (STRING), text (STRING): the message and the words that show the surest one; NULL when none does
//   properties (STRING): what the surest one says beyond, a JSON object; NULL for nothing
UNWIND $entity_ids AS entity_id
MATCH (e:Entity {tenant_id: $tenant_id, entity_id: entity_id})-[r:CO_OCCURS_WITH|USES|DEPENDS_ON|COMPARED_WITH|PART_OF|WORKS_AT|LIVES_IN|LOCATED_IN|PREFERS|SUPERSEDES|HAS_VERSION|SAME_AS|RELATED_TO]-(other:Entity)
WHERE ($relationship_types = [] OR toUpper(r.relationship_type) IN $relationship_types)
  AND coalesce(r.confidence >= $min_confidence, true)
  AND (r.superseded_at IS NULL AND $known_at IS NULL OR r.recorded_at <= $known_at AND coalesce($known_at < r.superseded_at, true))
  AND (r.valid_to IS NULL AND $as_of IS NULL OR r.valid_from <= $as_of AND coalesce($as_of < r.valid_to, true))
WITH e, other, r ORDER BY coalesce(r.confidence, -1.0) DESC, r.event_id
WITH other, startNode(r) = e AS forward, r.relationship_type AS relationship_type, count(r) AS links,
     max(r.confidence) AS confidence, min(r.valid_from) AS valid_from, max(r.valid_to) AS last_to,
     count(r.valid_to) AS closed, collect(r)[0] AS surest
CALL (other) {
  MATCH merges = (other)(()-[m:MERGED_INTO WHERE
      (m.superseded_at IS NULL AND $known_at IS NULL OR m.recorded_at <= $known_at AND coalesce($known_at < m.superseded_at, true))
      AND (m.valid_to IS NULL AND $as_of IS NULL OR m.valid_from <= $as_of AND coalesce($as_of < m.valid_to, true))]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS canonical
  RETURN canonical ORDER BY canonical.entity_id LIMIT 1
}
WITH canonical, forward, relationship_type, links, confidence, valid_from, last_to, closed, surest
WHERE NOT canonical.entity_id IN $entity_ids
ORDER BY coalesce(confidence, -1.0) DESC, surest.event_id
WITH canonical, forward, relationship_type, sum(links) AS links, max(confidence) AS confidence,
     min(valid_from) AS valid_from, max(last_to) AS last_to, sum(closed) AS closed, collect(surest)[0] AS surest
RETURN forward, relationship_type, canonical.entity_id AS other_entity_id, canonical.name AS other_name,
       canonical.entity_type AS other_entity_type, links, confidence, valid_from,
       CASE WHEN closed = links THEN last_to END AS valid_to, surest.message_id AS message_id, surest.text AS text,
       surest.properties AS properties
ORDER BY coalesce(confidence, -1.0) DESC, links DESC, other_entity_id, relationship_type, forward
LIMIT $link_limit
