// Note that events are applied that leave no fact with their id: all but messages and mentions.
// Parameters:
//   events (LIST OF MAP): event_id (STRING), properties (MAP: event_type, checksum (first 32 bits of the id),
//     relationship_key)
// Returns: nothing
UNWIND $events AS event
MERGE (applied:AppliedEvent {event_id: event.event_id})
  ON CREATE SET applied += event.properties
