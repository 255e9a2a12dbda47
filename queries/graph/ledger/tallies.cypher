// Distinct events that the graph has, by type: messages and plain mentions carry their event's id, the rest is noted
// apart, also when it shows a mention.
// Parameters: none
// Returns: one row per event type
//   event_type (STRING)
//   events (INTEGER): distinct events
//   checksum (INTEGER): sum of the first 32 bits of their ids
CALL () {
  MATCH (m:Message)
  WHERE m.event_id IS NOT NULL
  RETURN "message.added" AS event_type, m.checksum AS checksum
  UNION ALL
  MATCH (:Entity)-[mentioned:MENTIONED_IN]->(:Message)
  WHERE mentioned.event_type IS NULL
  RETURN "entity.created" AS event_type, mentioned.checksum AS checksum
  UNION ALL
  MATCH (applied:AppliedEvent)
  RETURN applied.event_type AS event_type, applied.checksum AS checksum
}
RETURN event_type, count(*) AS events, sum(checksum) AS checksum
