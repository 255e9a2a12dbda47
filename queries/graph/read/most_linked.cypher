// The entities with links to most other entities, as they hold now.
// Parameters:
//   tenant_id (STRING): whose graph
//   entity_limit (INTEGER): most rows, 1 to 1000
// Returns: one row per entity, the most linked first; merged ones each for itself
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   neighbours (INTEGER): distinct entities that it is linked to, in either direction
//   links (INTEGER): relationships that show it
MATCH (e:Entity)
WHERE e.tenant_id = $tenant_id AND e.entity_id IS NOT NULL AND e.deleted_at IS NULL
MATCH (e)-[r:CO_OCCURS_WITH|USES|DEPENDS_ON|COMPARED_WITH|PART_OF|WORKS_AT|LIVES_IN|LOCATED_IN|PREFERS|SUPERSEDES|HAS_VERSION|SAME_AS|RELATED_TO]-(other:Entity)
WHERE other.deleted_at IS NULL AND r.superseded_at IS NULL AND r.valid_to IS NULL
WITH e, count(DISTINCT other) AS neighbours, count(r) AS links
RETURN e.entity_id AS entity_id, e.name AS name, e.entity_type AS entity_type, neighbours, links
ORDER BY neighbours DESC, links DESC, entity_id
LIMIT $entity_limit
