// Sessions and the conversations that they are part of.
// Parameters:
//   sessions (LIST OF MAP): tenant_id, session_id, conversation_id (STRING), first_at, last_at (ZONED DATETIME)
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $sessions AS row
MERGE (s:Session {tenant_id: row.tenant_id, session_id: row.session_id})
  ON CREATE SET s.first_message_at = row.first_at, s.last_message_at = row.last_at, s.recorded_at = $recorded_at
  ON MATCH SET s.first_message_at = CASE WHEN row.first_at < s.first_message_at THEN row.first_at ELSE s.first_message_at END,
               s.last_message_at = CASE WHEN row.last_at > s.last_message_at THEN row.last_at ELSE s.last_message_at END
WITH s, row
MATCH (c:Conversation {tenant_id: row.tenant_id, conversation_id: row.conversation_id})
MERGE (s)-[part:PART_OF]->(c)
  ON CREATE SET part.recorded_at = $recorded_at
