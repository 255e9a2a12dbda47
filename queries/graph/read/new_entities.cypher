// The entities first spoken of in a window of time; one that is merged with an older one is not new.
// Parameters:
//   tenant_id (STRING): whose graph
//   since (ZONED DATETIME): event time at which the window begins
//   until (ZONED DATETIME): event time before which it ends
//   entity_types (LIST OF STRING): types to give; empty for all
//   entity_limit (INTEGER): most rows
// Returns: one row per entity, the newest first
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   first_seen_at (ZONED DATETIME): event time of the first event about it
//   mentions (INTEGER): times that messages name it
//   conversation_id (STRING): the conversation of its first mention; NULL when no message names it
MATCH (e:Entity)
WHERE e.tenant_id = $tenant_id AND e.first_seen_at >= $since AND e.first_seen_at < $until AND e.deleted_at IS NULL
  AND ($entity_types = [] OR e.entity_type IN $entity_types)
  AND NOT EXISTS { (e)-[m:MERGED_INTO WHERE m.superseded_at IS NULL AND m.valid_to IS NULL]->(:Entity) }
  AND NOT EXISTS {
    (e)(()<-[m:MERGED_INTO WHERE m.superseded_at IS NULL AND m.valid_to IS NULL]-()){1,10}(older:Entity)
    WHERE older.first_seen_at < $since
  }
WITH e ORDER BY e.first_seen_at DESC, e.entity_id LIMIT $entity_limit
CALL (e) {
  OPTIONAL MATCH (e)-[:MENTIONED_IN]->(message:Message)
  RETURN count(message) AS mentions, min([message.occurred_at, message.message_id, message.conversation_id])[2] AS conversation_id
}
RETURN e.entity_id AS entity_id, e.name AS name, e.entity_type AS entity_type, e.first_seen_at AS first_seen_at, mentions,
       conversation_id
ORDER BY first_seen_at DESC, entity_id
