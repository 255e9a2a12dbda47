// Distinct events that the graph has, by type.
// Parameters: none
// Returns: one row per event type
//   event_type (STRING)
//   events (INTEGER): distinct events
//   checksum (INTEGER): sum of the first 32 bits of their ids
MATCH (applied:AppliedEvent)
RETURN applied.event_type AS event_type, count(*) AS events, sum(applied.checksum) AS checksum
