"""Neo4j: the knowledge graph."""
