// What is known of an entity along valid time: its descriptions and deletions, mentions, links and merges.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_ids (LIST OF STRING): every id of the entity, see entity_members
//   left_out_types (LIST OF STRING): types of links to leave out, in capitals
//   since (ZONED DATETIME): what ends before is left out; NULL for no bound
//   until (ZONED DATETIME): what begins then or later is left out; NULL for no bound
//   known_at (ZONED DATETIME): what had been recorded by then; NULL for what is known now
//   row_limit (INTEGER): most rows
// Returns: one row per piece of valid time, the earliest first
//   valid_from, valid_to (ZONED DATETIME): when it holds; valid_to is NULL for open, and for a mention
//   kind (STRING): description, deletion, mention, link or merge
//   entity_id (STRING): the id that it is about, one of entity_ids
//   relationship_type (STRING): of a link, or MERGED_INTO; NULL for others
//   forward (BOOLEAN): whether the link or merge starts at the entity; NULL for others
//   other_entity_id, other_name (STRING): the other end; NULL for others
//   text (STRING): the description's name, or the words that show it; NULL for none
//   confidence (FLOAT): 0 to 1; NULL for none
//   message_id (STRING), event_id (STRING): what shows it; message_id is NULL for none
//   version (INTEGER): counts the versions of the fact; NULL for a mention
//   recorded_at, superseded_at (ZONED DATETIME): when it was believed; superseded_at is NULL while it is
UNWIND $entity_ids AS entity_id
MATCH (e:Entity {tenant_id: $tenant_id, entity_id: entity_id})
CALL (e) {
  MATCH (e)<-[:VERSION_OF]-(fact:EntityVersion)
  WHERE (fact.superseded_at IS NULL AND $known_at IS NULL OR fact.recorded_at <= $known_at AND coalesce($known_at < fact.superseded_at, true))
    AND coalesce(fact.valid_to > $since, true) AND coalesce(fact.valid_from < $until, true)
  RETURN fact, CASE WHEN fact.deleted THEN "deletion" ELSE "description" END AS kind, null AS relationship_type,
         null AS forward, null AS other, fact.name AS text, null AS message_id
  UNION ALL
  MATCH (e)-[fact:MENTIONED_IN]->(message:Message)
  WHERE coalesce(fact.recorded_at <= $known_at, true)
    AND coalesce(fact.valid_from >= $since, true) AND coalesce(fact.valid_from < $until, true)
  RETURN fact, "mention" AS kind, null AS relationship_type, null AS forward, null AS other, fact.text AS text,
         message.message_id AS message_id
  ORDER BY fact.valid_from, fact.event_id LIMIT $row_limit
  UNION ALL
  MATCH (e)-[fact:CO_OCCURS_WITH|USES|DEPENDS_ON|COMPARED_WITH|PART_OF|WORKS_AT|LIVES_IN|LOCATED_IN|PREFERS|SUPERSEDES|HAS_VERSION|SAME_AS|RELATED_TO]-(other:Entity)
  WHERE (fact.superseded_at IS NULL AND $known_at IS NULL OR fact.recorded_at <= $known_at AND coalesce($known_at < fact.superseded_at, true))
    AND NOT toUpper(fact.relationship_type) IN $left_out_types
    AND coalesce(fact.valid_to > $since, true) AND coalesce(fact.valid_from < $until, true)
  RETURN fact, "link" AS kind, fact.relationship_type AS relationship_type, startNode(fact) = e AS forward, other,
         fact.text AS text, fact.message_id AS message_id
  ORDER BY fact.valid_from, fact.event_id, fact.version LIMIT $row_limit
  UNION ALL
  MATCH (e)-[fact:MERGED_INTO]-(other:Entity)
  WHERE (fact.superseded_at IS NULL AND $known_at IS NULL OR fact.recorded_at <= $known_at AND coalesce($known_at < fact.superseded_at, true))
    AND coalesce(fact.valid_to > $since, true) AND coalesce(fact.valid_from < $until, true)
  RETURN fact, "merge" AS kind, "MERGED_INTO" AS relationship_type, startNode(fact) = e AS forward, other, null AS text,
         null AS message_id
}
WITH e, fact, kind, relationship_type, forward, other, text, message_id
ORDER BY fact.valid_from, kind, fact.event_id, e.entity_id, fact.version
LIMIT $row_limit
RETURN fact.valid_from AS valid_from, fact.valid_to AS valid_to, kind, e.entity_id AS entity_id, relationship_type, forward,
       other.entity_id AS other_entity_id, other.name AS other_name, text, fact.confidence AS confidence, message_id,
       fact.event_id AS event_id, fact.version AS version, fact.recorded_at AS recorded_at,
       fact.superseded_at AS superseded_at
ORDER BY valid_from, kind, event_id, entity_id, version
