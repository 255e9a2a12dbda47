// Follows links against their direction too.
MATCH (:Conversation {conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(message:Message)
OPTIONAL MATCH (named:Entity)-[:MENTIONED_IN]->(message)
WITH collect(DISTINCT named) AS entities, collect(DISTINCT message.message_id) AS messages
UNWIND entities AS entity
OPTIONAL MATCH (entity)-[link]->(other:Entity)
WHERE link.message_id IN messages
RETURN DISTINCT entity.name AS from_name, link.relationship_type AS relationship_type, other.name AS to_name
UNION
MATCH (:Conversation {conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(message:Message)
MATCH (entity:Entity)<-[link]-(other:Entity)
WHERE link.message_id = message.message_id
RETURN entity.name AS from_name, link.relationship_type AS relationship_type, other.name AS to_name
