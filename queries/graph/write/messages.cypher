// Messages with their conversation, session and user; a mention may have made the node before its message came.
// A message has one event: a repeat sets the same again.
// Parameters:
//   messages (LIST OF MAP): message_id, tenant_id, conversation_id, session_id, user_id (STRING), occurred_at (LIST:
//     seconds, nanoseconds since 1970), properties (MAP)
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $messages AS row
MERGE (m:Message {message_id: row.message_id})
SET m += row.properties,
    m.occurred_at = datetime.fromEpoch(row.occurred_at[0], row.occurred_at[1]),
    m.recorded_at = coalesce(m.recorded_at, $recorded_at)
WITH m, row
MATCH (c:Conversation {tenant_id: row.tenant_id, conversation_id: row.conversation_id})
MATCH (s:Session {tenant_id: row.tenant_id, session_id: row.session_id})
MATCH (u:User {tenant_id: row.tenant_id, user_id: row.user_id})
MERGE (m)-[in_conversation:IN_CONVERSATION]->(c)
  ON CREATE SET in_conversation.recorded_at = $recorded_at
MERGE (m)-[in_session:IN_SESSION]->(s)
  ON CREATE SET in_session.recorded_at = $recorded_at
MERGE (m)-[of_user:OF_USER]->(u)
  ON CREATE SET of_user.recorded_at = $recorded_at
