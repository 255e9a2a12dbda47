// Words between two names that may state them to be one thing, such as "was renamed".
// Parameters:
//   tenant_id (STRING): whose graph
//   cues (LIST OF STRING): words of which one stands in the text, in lower case
//   most_chars (INTEGER): longest text looked at
// Returns: one row per link and message, in order
//   from_entity_id (STRING), to_entity_id (STRING): the two that stand together, in no order
//   text (STRING): from the beginning of the first name to the end of the second one
MATCH (a:Entity)
WHERE a.tenant_id = $tenant_id AND a.entity_id IS NOT NULL AND a.deleted_at IS NULL
MATCH (a)-[r:CO_OCCURS_WITH]->(b:Entity)
WHERE r.superseded_at IS NULL AND r.valid_to IS NULL AND r.end - r.start <= $most_chars AND b.deleted_at IS NULL
  AND any(cue IN $cues WHERE toLower(r.text) CONTAINS cue)
RETURN a.entity_id AS from_entity_id, b.entity_id AS to_entity_id, r.text AS text
ORDER BY from_entity_id, to_entity_id, r.event_id
