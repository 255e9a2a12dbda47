// Note that events are applied, in the transaction that applies them.
// Parameters:
//   events (LIST OF MAP): event_id, event_type (STRING), checksum (INTEGER, first 32 bits of the id), relationship_key
// Returns: nothing
UNWIND $events AS event
CREATE (applied:AppliedEvent)
SET applied = event
