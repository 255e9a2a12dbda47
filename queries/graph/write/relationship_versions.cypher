// Versions of relationships that are told by their key.
// Parameters:
//   slots (LIST OF MAP): slot_key (the relationship's key), tenant_id, graph_type, entity_id, to_entity_id (STRING)
// Returns: one row per version
//   slot_key (STRING), element_id (STRING), event_id (STRING), version (INTEGER)
//   to_entity_id (STRING), properties (MAP): of the relationship
//   valid_from, valid_to, recorded_at, superseded_at (ZONED DATETIME)
UNWIND $slots AS slot
MATCH (:Entity {tenant_id: slot.tenant_id, entity_id: slot.entity_id})
      -[r:$(slot.graph_type) {relationship_key: slot.slot_key}]->
      (:Entity {tenant_id: slot.tenant_id, entity_id: slot.to_entity_id})
RETURN slot.slot_key AS slot_key, elementId(r) AS element_id, r.event_id AS event_id, r.version AS version,
       slot.to_entity_id AS to_entity_id, properties(r) AS properties, r.valid_from AS valid_from, r.valid_to AS valid_to,
       r.recorded_at AS recorded_at, r.superseded_at AS superseded_at
