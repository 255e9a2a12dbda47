// Finds a conversation by its id alone, without the tenant that the key begins with.
// Parameters: none
// Returns: nothing
CREATE INDEX conversation_lookup IF NOT EXISTS
FOR (n:Conversation) ON (n.conversation_id)
