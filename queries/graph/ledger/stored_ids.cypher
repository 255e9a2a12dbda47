// Ids of the events of a type that the graph has.
// Parameters:
//   event_type (STRING): e.g. message.added
// Returns: one row per event
//   event_id (STRING)
CALL () {
  MATCH (m:Message)
  WHERE m.event_id IS NOT NULL AND $event_type = "message.added"
  RETURN m.event_id AS event_id
  UNION ALL
  MATCH (:Entity)-[mentioned:MENTIONED_IN]->(:Message)
  WHERE mentioned.event_type IS NULL AND $event_type = "entity.created"
  RETURN mentioned.event_id AS event_id
  UNION ALL
  MATCH (applied:AppliedEvent)
  WHERE applied.event_type = $event_type
  RETURN applied.event_id AS event_id
}
RETURN event_id
