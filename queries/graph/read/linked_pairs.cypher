// Pairs that one method holds or held to be the same: for each the version that was recorded last.
// Parameters:
//   tenant_id (STRING): whose graph
//   method (STRING): what found them
// Returns: one row per relationship, in order of its id
//   relationship_id (STRING), from_entity_id (STRING), to_entity_id (STRING)
//   holds (BOOLEAN): whether it is believed now
//   score (FLOAT): 0 to 1
//   properties (STRING): what explains the score, a JSON object
//   event_id (STRING): what said so last
//   valid_from (ZONED DATETIME)
//   valid_to (ZONED DATETIME): since when it is taken back; NULL when it holds, or when it was taken back as a whole
MATCH (a:Entity)-[r:SAME_AS]->(b:Entity)
WHERE r.tenant_id = $tenant_id AND r.confidence >= 0.0 AND r.method = $method
WITH a, b, r ORDER BY r.superseded_at IS NULL DESC, r.recorded_at DESC, r.valid_from DESC, r.event_id
WITH r.relationship_id AS relationship_id, a.entity_id AS from_entity_id, b.entity_id AS to_entity_id,
     collect(r)[0] AS last
RETURN relationship_id, from_entity_id, to_entity_id, last.superseded_at IS NULL AND last.valid_to IS NULL AS holds,
       last.confidence AS score, last.properties AS properties, last.event_id AS event_id,
       last.valid_from AS valid_from, last.valid_to AS valid_to
ORDER BY relationship_id
