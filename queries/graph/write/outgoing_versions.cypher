// Versions of all relationships of a type that start at an entity: of merges, and of types with one target at a time.
// Parameters:
//   slots (LIST OF MAP): slot_key, tenant_id, entity_id, graph_type (STRING)
// Returns: one row per version
//   slot_key (STRING), element_id (STRING), event_id (STRING), version (INTEGER)
//   valid_from, valid_to, recorded_at, superseded_at (ZONED DATETIME)
UNWIND $slots AS slot
MATCH (:Entity {tenant_id: slot.tenant_id, entity_id: slot.entity_id})-[r:$(slot.graph_type)]->(:Entity)
RETURN slot.slot_key AS slot_key, elementId(r) AS element_id, r.event_id AS event_id, r.version AS version,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_at AS recorded_at, r.superseded_at AS superseded_at
