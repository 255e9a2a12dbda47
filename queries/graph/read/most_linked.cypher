// The entities with links to most other entities.
// Parameters:
//   tenant_id (STRING): whose messages show the links
//   entity_limit (INTEGER): most rows, 1 to 1000
// Returns: one row per entity, the most linked first
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   neighbours (INTEGER): distinct entities that it is linked to, in either direction
//   links (INTEGER): relationships that show it
MATCH (e:Entity)-[r:CO_OCCURS_WITH|USES|DEPENDS_ON|COMPARED_WITH|HAS_VERSION|RELATED_TO]-(other:Entity)
WHERE e.deleted_at IS NULL AND other.superseded_at IS NULL AND r.valid_to IS NULL AND r.deleted_at IS NULL
MATCH (:Message {message_id: r.message_id, tenant_id: $tenant_id})
WITH e, count(DISTINCT other) AS neighbours, count(r) AS links
RETURN e.entity_id AS entity_id, e.name AS name, e.entity_type AS entity_type, neighbours, links
ORDER BY neighbours DESC, links DESC, entity_id
LIMIT $entity_limit
