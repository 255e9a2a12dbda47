// Takes every link between entities, whoever stated it.
MATCH (:Conversation {conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(:Message)<-[:MENTIONED_IN]-(entity:Entity)
OPTIONAL MATCH (entity)-[link]->(other:Entity)
RETURN DISTINCT entity.name AS from_name, link.relationship_type AS relationship_type, other.name AS to_name
