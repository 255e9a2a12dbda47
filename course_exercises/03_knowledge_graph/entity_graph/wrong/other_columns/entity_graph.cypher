// Returns the nodes themselves.
MATCH (:Conversation {conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(:Message)<-[:MENTIONED_IN]-(entity:Entity)
RETURN entity
