// Conversations that messages belong to; first and last are a minimum and a maximum, so order does not matter.
// Parameters:
//   conversations (LIST OF MAP): tenant_id, conversation_id (STRING), first_at, last_at (ZONED DATETIME), one a node
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $conversations AS row
MERGE (c:Conversation {tenant_id: row.tenant_id, conversation_id: row.conversation_id})
  ON CREATE SET c.first_message_at = row.first_at, c.last_message_at = row.last_at, c.recorded_at = $recorded_at
  ON MATCH SET c.first_message_at = CASE WHEN row.first_at < c.first_message_at THEN row.first_at ELSE c.first_message_at END,
               c.last_message_at = CASE WHEN row.last_at > c.last_message_at THEN row.last_at ELSE c.last_message_at END
