// Events of slots that the graph has applied, with what each asserted.
// Parameters:
//   slot_keys (LIST OF STRING): slots to look for
// Returns: one row per event
//   slot_key (STRING), event_id (STRING), event_type (STRING)
//   assertion (STRING): JSON; NULL for the only event of a relationship, which has it as its properties
UNWIND $slot_keys AS slot_key
MATCH (applied:AppliedEvent {slot_key: slot_key})
RETURN slot_key, applied.event_id AS event_id, applied.event_type AS event_type, applied.assertion AS assertion
