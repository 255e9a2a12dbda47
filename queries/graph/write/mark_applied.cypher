// Note that events are applied that leave no mention: all but messages and plain mentions.
// Parameters:
//   events (LIST OF MAP): event_id (STRING), properties (MAP: event_type, checksum (first 32 bits of the id), slot_key,
//     assertion (JSON, or null for the only event of a relationship))
// Returns: nothing
UNWIND $events AS event
MERGE (applied:AppliedEvent {event_id: event.event_id})
SET applied += event.properties
