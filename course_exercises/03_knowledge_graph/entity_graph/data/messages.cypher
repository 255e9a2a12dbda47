// The messages of a conversation in the order in which they were recorded.
// Parameters:
//   conversation_id (STRING): which one
// Returns: one row per message
//   role (STRING): user or assistant
//   excerpt (STRING): its first 200 characters
MATCH (:Conversation {conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(m:Message)
RETURN m.role AS role, m.excerpt AS excerpt
ORDER BY m.occurred_at, m.source_sequence, m.role DESC
