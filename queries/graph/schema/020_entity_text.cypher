// Full-text search over what entities are called; the tenant is in it to narrow a search.
// The analyzer splits at what is no letter or digit and drops no words: a name may be "The" or "Go".
// Parameters: none
// Returns: nothing
CREATE FULLTEXT INDEX entity_text IF NOT EXISTS
FOR (n:Entity) ON EACH [n.name, n.aliases, n.tenant_id]
OPTIONS {indexConfig: {`fulltext.analyzer`: "standard-no-stop-words"}}
