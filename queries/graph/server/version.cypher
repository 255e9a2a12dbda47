// The server's version: the cheapest question that only a working database answers.
// Parameters: none
// Returns: one row
//   version (STRING)
//   edition (STRING)
CALL dbms.components() YIELD name, versions, edition
WHERE name = "Neo4j Kernel"
RETURN versions[0] AS version, edition
