// Users and the conversations that they take part in.
// Parameters:
//   users (LIST OF MAP): tenant_id, user_id, conversation_id (STRING), first_at, last_at (ZONED DATETIME)
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $users AS row
MERGE (u:User {tenant_id: row.tenant_id, user_id: row.user_id})
  ON CREATE SET u.first_message_at = row.first_at, u.last_message_at = row.last_at, u.recorded_at = $recorded_at
  ON MATCH SET u.first_message_at = CASE WHEN row.first_at < u.first_message_at THEN row.first_at ELSE u.first_message_at END,
               u.last_message_at = CASE WHEN row.last_at > u.last_message_at THEN row.last_at ELSE u.last_message_at END
WITH u, row
MATCH (c:Conversation {tenant_id: row.tenant_id, conversation_id: row.conversation_id})
MERGE (u)-[part:PARTICIPATED_IN]->(c)
  ON CREATE SET part.recorded_at = $recorded_at
