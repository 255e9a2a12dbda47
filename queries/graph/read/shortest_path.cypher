// A shortest way from one entity to another over links, in either direction of each; a merge is a step like a link.
// Parameters:
//   tenant_id (STRING): whose graph
//   from_entity_id (STRING): where it begins
//   to_entity_id (STRING): where it ends; another entity
//   relationship_types (LIST OF STRING): types of links to follow, in capitals; empty for all; merges are always followed
//   min_confidence (FLOAT): least confidence of a link to follow, 0 to 1; links without one are followed
//   as_of (ZONED DATETIME): valid time at which merges and links are taken; NULL for those that still hold
//   known_at (ZONED DATETIME): what had been recorded by then; NULL for what is known now
// Returns: one row per step, from the beginning on; none when 8 steps do not lead there. Of several shortest ways it is one.
//   step (INTEGER): from 1
//   from_entity_id (STRING), from_name (STRING): where the step begins
//   relationship_type (STRING): the link's type, or MERGED_INTO
//   forward (BOOLEAN): whether the link points from the step's beginning to its end
//   to_entity_id (STRING), to_name (STRING): where the step ends
//   confidence (FLOAT): of the link, 0 to 1; NULL when it has none
//   message_id (STRING), text (STRING): the message and the words that show the link; NULL when none does
MATCH (source:Entity {tenant_id: $tenant_id, entity_id: $from_entity_id})
MATCH (target:Entity {tenant_id: $tenant_id, entity_id: $to_entity_id})
MATCH path = SHORTEST 1 (source)(()-[r:MERGED_INTO|CO_OCCURS_WITH|USES|DEPENDS_ON|COMPARED_WITH|PART_OF|WORKS_AT|LIVES_IN|LOCATED_IN|PREFERS|SUPERSEDES|HAS_VERSION|SAME_AS|RELATED_TO WHERE
      ($relationship_types = [] OR toUpper(r.relationship_type) IN $relationship_types OR r:MERGED_INTO)
      AND coalesce(r.confidence >= $min_confidence, true)
      AND (r.superseded_at IS NULL AND $known_at IS NULL OR r.recorded_at <= $known_at AND coalesce($known_at < r.superseded_at, true))
      AND (r.valid_to IS NULL AND $as_of IS NULL OR r.valid_from <= $as_of AND coalesce($as_of < r.valid_to, true))]-(:Entity)){1,8}(target)
UNWIND range(1, length(path)) AS step
WITH step, nodes(path)[step - 1] AS begin, relationships(path)[step - 1] AS link, nodes(path)[step] AS end
RETURN step, begin.entity_id AS from_entity_id, begin.name AS from_name,
       coalesce(link.relationship_type, type(link)) AS relationship_type, startNode(link) = begin AS forward,
       end.entity_id AS to_entity_id, end.name AS to_name, link.confidence AS confidence, link.message_id AS message_id,
       link.text AS text
ORDER BY step
