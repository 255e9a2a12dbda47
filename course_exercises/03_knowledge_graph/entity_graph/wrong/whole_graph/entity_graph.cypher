// Forgets the conversation.
MATCH (entity:Entity)
OPTIONAL MATCH (entity)-[link]->(other:Entity)
RETURN DISTINCT entity.name AS from_name, link.relationship_type AS relationship_type, other.name AS to_name
