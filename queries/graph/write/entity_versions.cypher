// Versions of entities' descriptions.
// Parameters:
//   slots (LIST OF MAP): slot_key, tenant_id, entity_id (STRING)
// Returns: one row per version
//   slot_key (STRING), element_id (STRING), event_id (STRING), version (INTEGER)
//   valid_from, valid_to, recorded_at, superseded_at (ZONED DATETIME)
UNWIND $slots AS slot
MATCH (v:EntityVersion {tenant_id: slot.tenant_id, entity_id: slot.entity_id})
RETURN slot.slot_key AS slot_key, elementId(v) AS element_id, v.event_id AS event_id, v.version AS version,
       v.valid_from AS valid_from, v.valid_to AS valid_to, v.recorded_at AS recorded_at, v.superseded_at AS superseded_at
