// The entity that an id stands for after merges, and every id that stands for the same one.
// A chain of merges is followed for 10 steps; a cycle ends at its smallest id.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_id (STRING): any id of the entity
//   as_of (ZONED DATETIME): valid time at which merges and links are taken; NULL for those that still hold
//   known_at (ZONED DATETIME): what had been recorded by then; NULL for what is known now
// Returns: one row, or none when the graph has no such entity
//   canonical_id (STRING): the id that stands for all
//   entity_ids (LIST OF STRING): all of them, the canonical one among them, in order
//   name (STRING), entity_type (STRING): the current ones; NULL when only links name the entity
//   deleted_at (ZONED DATETIME): since when it is deleted; NULL while it is not
MATCH (asked:Entity {tenant_id: $tenant_id, entity_id: $entity_id})
CALL (asked) {
  MATCH merges = (asked)(()-[m:MERGED_INTO WHERE
      (m.superseded_at IS NULL AND $known_at IS NULL OR m.recorded_at <= $known_at AND coalesce($known_at < m.superseded_at, true))
      AND (m.valid_to IS NULL AND $as_of IS NULL OR m.valid_from <= $as_of AND coalesce($as_of < m.valid_to, true))]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS canonical
  RETURN canonical ORDER BY canonical.entity_id LIMIT 1
}
MATCH (member:Entity)(()-[m:MERGED_INTO WHERE
      (m.superseded_at IS NULL AND $known_at IS NULL OR m.recorded_at <= $known_at AND coalesce($known_at < m.superseded_at, true))
      AND (m.valid_to IS NULL AND $as_of IS NULL OR m.valid_from <= $as_of AND coalesce($as_of < m.valid_to, true))]->()){0,10}(canonical)
WITH canonical, member.entity_id AS entity_id ORDER BY entity_id
WITH canonical, collect(DISTINCT entity_id) AS entity_ids
RETURN canonical.entity_id AS canonical_id, entity_ids, canonical.name AS name, canonical.entity_type AS entity_type,
       canonical.deleted_at AS deleted_at
