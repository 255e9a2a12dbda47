// Messages with their conversation, session and user; a mention may have made the node before its message came.
// Parameters:
//   messages (LIST OF MAP): message_id, tenant_id, conversation_id, session_id, user_id (STRING), properties (MAP)
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $messages AS row
MERGE (m:Message {message_id: row.message_id})
SET m += row.properties, m.recorded_at = $recorded_at
WITH m, row
MATCH (c:Conversation {tenant_id: row.tenant_id, conversation_id: row.conversation_id})
MATCH (s:Session {tenant_id: row.tenant_id, session_id: row.session_id})
MATCH (u:User {tenant_id: row.tenant_id, user_id: row.user_id})
CREATE (m)-[:IN_CONVERSATION {recorded_at: $recorded_at}]->(c)
CREATE (m)-[:IN_SESSION {recorded_at: $recorded_at}]->(s)
CREATE (m)-[:OF_USER {recorded_at: $recorded_at}]->(u)
