// Ids of the events of a type that the graph has.
// Parameters:
//   event_type (STRING): e.g. message.added
// Returns: one row per event
//   event_id (STRING)
MATCH (applied:AppliedEvent)
WHERE applied.event_type = $event_type
RETURN applied.event_id AS event_id
