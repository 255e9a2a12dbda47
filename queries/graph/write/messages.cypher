// Messages with their conversation, session and user; a mention may have made the node before its message came.
// A message has one event: a repeat sets the same again.
// Parameters:
//   messages (LIST OF MAP): message_id, tenant_id, conversation_id, session_id, user_id (STRING), occurred_at,
//     recorded_at (LIST: seconds, nanoseconds since 1970), properties (MAP), in order
// Returns: nothing
UNWIND $messages AS row
MERGE (m:Message {message_id: row.message_id})
SET m += row.properties,
    m.occurred_at = datetime.fromEpoch(row.occurred_at[0], row.occurred_at[1]),
    m.recorded_at = datetime.fromEpoch(row.recorded_at[0], row.recorded_at[1])
WITH m, row
MATCH (c:Conversation {tenant_id: row.tenant_id, conversation_id: row.conversation_id})
MATCH (s:Session {tenant_id: row.tenant_id, session_id: row.session_id})
MATCH (u:User {tenant_id: row.tenant_id, user_id: row.user_id})
MERGE (m)-[:IN_CONVERSATION]->(c)
MERGE (m)-[:IN_SESSION]->(s)
MERGE (m)-[:OF_USER]->(u)
