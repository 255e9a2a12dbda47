// One step of a neighbourhood: the entities linked to some entities, merged ones as one. A reader takes up to five steps,
// each from what the last one found, so that the work grows with the entities found and never with the number of paths.
// Parameters:
//   tenant_id (STRING): whose graph
//   frontier (LIST OF STRING): ids of the entities to start from, as they are called after merges
//   seen (LIST OF STRING): ids not to give again, the frontier's among them
//   entity_types (LIST OF STRING): types to give; empty for all
//   relationship_types (LIST OF STRING): types of links to follow, in capitals, in either direction; empty for all
//   min_confidence (FLOAT): least confidence of a link to follow, 0 to 1; links without one are followed
//   as_of (ZONED DATETIME): valid time at which merges and links are taken; NULL for those that still hold
//   known_at (ZONED DATETIME): what had been recorded by then; NULL for what is known now
//   link_limit (INTEGER): most links to look at
//   entity_limit (INTEGER): most rows
// Returns: one row per entity found, the surest link first
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   via_entity_id (STRING): the entity of the frontier that it has most links with
//   relationship_types (LIST OF STRING): types of the links to the frontier, in order
//   links (INTEGER): how many there are
//   confidence (FLOAT): the highest of them, 0 to 1; NULL when none has one
//   mentions (INTEGER): times that messages name it, merged ids apart
//   first_seen_at, last_seen_at (ZONED DATETIME): event times of the first and last event about it; NULL when only links name it
//   properties (STRING): what events said of it, a JSON object; NULL for nothing
UNWIND $frontier AS start_id
MATCH (start:Entity {tenant_id: $tenant_id, entity_id: start_id})
MATCH (start)(()<-[m:MERGED_INTO WHERE
      (m.superseded_at IS NULL AND $known_at IS NULL OR m.recorded_at <= $known_at AND coalesce($known_at < m.superseded_at, true))
      AND (m.valid_to IS NULL AND $as_of IS NULL OR m.valid_from <= $as_of AND coalesce($as_of < m.valid_to, true))]-()){0,10}(member:Entity)
WITH DISTINCT start, member
MATCH (member)-[r:CO_OCCURS_WITH|USES|DEPENDS_ON|COMPARED_WITH|PART_OF|WORKS_AT|LIVES_IN|LOCATED_IN|PREFERS|SUPERSEDES|HAS_VERSION|SAME_AS|RELATED_TO]-(other:Entity)
WHERE ($relationship_types = [] OR toUpper(r.relationship_type) IN $relationship_types)
  AND coalesce(r.confidence >= $min_confidence, true)
  AND (r.superseded_at IS NULL AND $known_at IS NULL OR r.recorded_at <= $known_at AND coalesce($known_at < r.superseded_at, true))
  AND (r.valid_to IS NULL AND $as_of IS NULL OR r.valid_from <= $as_of AND coalesce($as_of < r.valid_to, true))
WITH start, other, r LIMIT $link_limit
WITH other, start, r.relationship_type AS type, count(r) AS links, max(r.confidence) AS confidence
WITH other, collect({start: start, type: type, links: links, confidence: confidence}) AS ways
CALL (other) {
  MATCH merges = (other)(()-[m:MERGED_INTO WHERE
      (m.superseded_at IS NULL AND $known_at IS NULL OR m.recorded_at <= $known_at AND coalesce($known_at < m.superseded_at, true))
      AND (m.valid_to IS NULL AND $as_of IS NULL OR m.valid_from <= $as_of AND coalesce($as_of < m.valid_to, true))]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS canonical
  RETURN canonical ORDER BY canonical.entity_id LIMIT 1
}
WITH canonical, collect(ways) AS ways
WHERE NOT canonical.entity_id IN $seen AND ($entity_types = [] OR canonical.entity_type IN $entity_types)
UNWIND ways AS some
UNWIND some AS way
WITH canonical, way.start AS start, sum(way.links) AS links, collect(DISTINCT way.type) AS types,
     max(way.confidence) AS confidence
ORDER BY links DESC, start.entity_id
WITH canonical, collect(start.entity_id)[0] AS via_entity_id, collect(types) AS types, sum(links) AS links,
     max(confidence) AS confidence
ORDER BY coalesce(confidence, -1.0) DESC, links DESC, canonical.entity_id
WITH canonical, via_entity_id, types, links, confidence
WHERE NOT EXISTS {
    (canonical)<-[:VERSION_OF]-(v:EntityVersion WHERE v.deleted
      AND (v.superseded_at IS NULL AND $known_at IS NULL OR v.recorded_at <= $known_at AND coalesce($known_at < v.superseded_at, true))
      AND (v.valid_to IS NULL AND $as_of IS NULL OR v.valid_from <= $as_of AND coalesce($as_of < v.valid_to, true)))
  }
LIMIT $entity_limit
RETURN canonical.entity_id AS entity_id, canonical.name AS name, canonical.entity_type AS entity_type, via_entity_id,
       COLLECT { UNWIND types AS some UNWIND some AS type RETURN DISTINCT type ORDER BY type } AS relationship_types, links,
       confidence, COUNT { (canonical)-[:MENTIONED_IN]->() } AS mentions,
       canonical.first_seen_at AS first_seen_at, canonical.last_seen_at AS last_seen_at,
       canonical.properties AS properties
ORDER BY coalesce(confidence, -1.0) DESC, links DESC, entity_id
