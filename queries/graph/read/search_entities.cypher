// Entities whose name or alias has some words, the best match first.
// A name or alias that is one of the names asked for comes first, then Lucene's score (BM25) counts, then how often messages name it.
// Parameters:
//   tenant_id (STRING): whose graph
//   lucene_query (STRING): the words in Lucene's syntax; see workbench.graph.reading.lucene, which escapes what people type
//   names (LIST OF STRING): what people typed, and what they may mean by it, in lower case
//   entity_types (LIST OF STRING): types to give; empty for all
//   conversation_id (STRING): only entities that this conversation names; NULL for all
//   min_mentions (INTEGER): only entities that messages name at least so often
//   hit_limit (INTEGER): most matches to look at
//   entity_limit (INTEGER): most rows
// Returns: one row per entity (merged ones as one), the best first
//   entity_id (STRING), name (STRING), entity_type (STRING)
//   score (FLOAT): Lucene's, comparable within one answer
//   exact (BOOLEAN): whether a name or alias is one of the names asked for
//   confidence (FLOAT): the surest mention, 0 to 1; NULL when no message names it
//   mentions (INTEGER): times that messages name it, merged ids apart
//   first_seen_at, last_seen_at (ZONED DATETIME): event times of the first and last event about it
//   aliases (LIST OF STRING): other names; NULL for none
//   properties (STRING): what events said of it, a JSON object; NULL for nothing
CALL db.index.fulltext.queryNodes("entity_text", $lucene_query, {limit: $hit_limit}) YIELD node AS found, score
WHERE found.tenant_id = $tenant_id
WITH found, score,
     any(name IN [found.name] + coalesce(found.aliases, []) WHERE toLower(name) IN $names) AS exact
CALL (found) {
  MATCH merges = (found)(()-[m:MERGED_INTO WHERE m.superseded_at IS NULL AND m.valid_to IS NULL]->()){0,10}()
  WITH nodes(merges) AS chain ORDER BY size(chain) DESC LIMIT 1
  UNWIND chain[[i IN range(0, size(chain) - 1) WHERE chain[i] = chain[-1]][0]..] AS canonical
  RETURN canonical ORDER BY canonical.entity_id LIMIT 1
}
WITH canonical, max(score) AS score, max(toInteger(exact)) = 1 AS exact
WHERE canonical.deleted_at IS NULL AND ($entity_types = [] OR canonical.entity_type IN $entity_types)
  AND COUNT { (canonical)-[:MENTIONED_IN]->() } >= $min_mentions
  AND ($conversation_id IS NULL
       OR EXISTS { (canonical)-[:MENTIONED_IN]->(:Message {tenant_id: $tenant_id, conversation_id: $conversation_id}) })
WITH canonical, score, exact, COUNT { (canonical)-[:MENTIONED_IN]->() } AS mentions
ORDER BY exact DESC, score DESC, mentions DESC, canonical.entity_id
LIMIT $entity_limit
RETURN canonical.entity_id AS entity_id, canonical.name AS name, canonical.entity_type AS entity_type, score, exact,
       COLLECT { MATCH (canonical)-[mention:MENTIONED_IN]->() RETURN max(mention.confidence) }[0] AS confidence, mentions,
       canonical.first_seen_at AS first_seen_at, canonical.last_seen_at AS last_seen_at, canonical.aliases AS aliases,
       canonical.properties AS properties
