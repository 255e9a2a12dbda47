// What an entity was at a moment of valid time, as known at a moment of recorded time.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_id (STRING): the entity's canonical id, see entity_members
//   entity_ids (LIST OF STRING): every id of the entity, the canonical one among them
//   as_of (ZONED DATETIME): valid time at which it is taken; NULL for what still holds
//   known_at (ZONED DATETIME): what had been recorded by then; NULL for what is known now
// Returns: one row
//   entity_id (STRING)
//   state (STRING): described by an event, mentioned by a message alone, deleted, or unknown at that moment
//   name (STRING), entity_type (STRING): NULL when unknown; of a deleted entity the ones that it had
//   aliases (LIST OF STRING), properties (STRING): as its description says, a JSON object; NULL for none
//   version (INTEGER), event_id (STRING): of the description or deletion; NULL when messages alone mention it
//   valid_from, valid_to (ZONED DATETIME): when it holds; valid_to is NULL for open
//   recorded_at, superseded_at (ZONED DATETIME): when it was believed; superseded_at is NULL while it is
//   mentions (INTEGER): times that messages had named it
MATCH (e:Entity {tenant_id: $tenant_id, entity_id: $entity_id})
OPTIONAL MATCH (e)<-[:VERSION_OF]-(v:EntityVersion)
WHERE (v.superseded_at IS NULL AND $known_at IS NULL OR v.recorded_at <= $known_at AND coalesce($known_at < v.superseded_at, true))
  AND (v.valid_to IS NULL AND $as_of IS NULL OR v.valid_from <= $as_of AND coalesce($as_of < v.valid_to, true))
CALL () {
  UNWIND $entity_ids AS entity_id
  MATCH (:Entity {tenant_id: $tenant_id, entity_id: entity_id})-[mention:MENTIONED_IN]->(:Message)
  WHERE coalesce(mention.recorded_at <= $known_at, true) AND coalesce(mention.valid_from <= $as_of, true)
  WITH mention ORDER BY mention.valid_from, mention.event_id
  RETURN count(mention) AS mentions, collect(mention)[0] AS first
}
WITH e, v, mentions, first,
     CASE WHEN v.deleted THEN "deleted" WHEN v IS NOT NULL THEN "described" WHEN mentions > 0 THEN "mentioned" ELSE "unknown" END AS state
RETURN e.entity_id AS entity_id, state,
       CASE state WHEN "described" THEN v.name WHEN "mentioned" THEN CASE WHEN e.described THEN first.text ELSE e.name END
                  WHEN "deleted" THEN e.name END AS name,
       CASE state WHEN "described" THEN v.entity_type WHEN "unknown" THEN null ELSE e.entity_type END AS entity_type,
       v.aliases AS aliases, v.properties AS properties, v.version AS version, v.event_id AS event_id,
       coalesce(v.valid_from, first.valid_from) AS valid_from, v.valid_to AS valid_to,
       coalesce(v.recorded_at, first.recorded_at) AS recorded_at, v.superseded_at AS superseded_at, mentions
