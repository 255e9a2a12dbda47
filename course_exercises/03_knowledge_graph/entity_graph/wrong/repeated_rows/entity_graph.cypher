// One row per mention.
MATCH (:Conversation {conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(message:Message)
WITH collect(message.message_id) AS messages
MATCH (entity:Entity)-[:MENTIONED_IN]->(message:Message)
WHERE message.message_id IN messages
OPTIONAL MATCH (entity)-[link]->(other:Entity)
WHERE link.message_id IN messages
RETURN entity.name AS from_name, link.relationship_type AS relationship_type, other.name AS to_name
