// Entities that may be one thing with another one, with the messages that name them; merged and deleted ones are left out.
// Parameters:
//   tenant_id (STRING): whose graph
//   left_out_types (LIST OF STRING): entity types that are never linked
//   message_limit (INTEGER): most messages of one entity, the earliest ones
// Returns: one row per entity, in order of its id
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   aliases (LIST OF STRING): other spellings; NULL for none
//   first_seen_at (ZONED DATETIME): event time of the earliest mention or description
//   message_ids (LIST OF STRING): messages that name it, in order of time
//   session_ids, conversation_ids (LIST OF STRING): of these messages, one each
MATCH (e:Entity)
WHERE e.tenant_id = $tenant_id AND e.entity_id IS NOT NULL AND e.deleted_at IS NULL AND e.name IS NOT NULL
  AND NOT e.entity_type IN $left_out_types
  AND NOT EXISTS { (e)-[merge:MERGED_INTO]->() WHERE merge.superseded_at IS NULL AND merge.valid_to IS NULL }
CALL (e) {
  MATCH (e)-[:MENTIONED_IN]->(m:Message {tenant_id: $tenant_id})
  WITH DISTINCT m ORDER BY m.occurred_at, m.message_id LIMIT $message_limit
  MATCH (m)-[:IN_SESSION]->(s:Session)
  WITH m, s ORDER BY m.occurred_at, m.message_id
  RETURN collect(m.message_id) AS message_ids, collect(s.session_id) AS session_ids,
         collect(m.conversation_id) AS conversation_ids
}
RETURN e.entity_id AS entity_id, e.name AS name, e.entity_type AS entity_type, e.aliases AS aliases,
       coalesce(e.first_seen_at, e.valid_from, e.recorded_at) AS first_seen_at,
       message_ids, session_ids, conversation_ids
ORDER BY entity_id
