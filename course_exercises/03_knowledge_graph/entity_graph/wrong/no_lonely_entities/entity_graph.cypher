// Only entities at which a link starts.
MATCH (:Conversation {conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(message:Message)
MATCH (entity:Entity)-[:MENTIONED_IN]->(message)
WITH collect(DISTINCT entity) AS entities, collect(DISTINCT message.message_id) AS messages
UNWIND entities AS entity
MATCH (entity)-[link]->(other:Entity)
WHERE link.message_id IN messages
RETURN DISTINCT entity.name AS from_name, link.relationship_type AS relationship_type, other.name AS to_name
