// Which of these events the graph has already.
// Parameters:
//   event_ids (LIST OF STRING): ids to look for
// Returns: one row per event that is there
//   event_id (STRING)
UNWIND $event_ids AS event_id
MATCH (applied:AppliedEvent {event_id: event_id})
RETURN applied.event_id AS event_id
