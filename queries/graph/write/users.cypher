// Users and the conversations that they take part in.
// Parameters:
//   users (LIST OF MAP): tenant_id, user_id, conversation_id (STRING), first_at, last_at, recorded_at (LIST: seconds,
//     nanoseconds since 1970), one a node and conversation, in order
// Returns: nothing
UNWIND $users AS row
WITH row, datetime.fromEpoch(row.first_at[0], row.first_at[1]) AS first_at,
     datetime.fromEpoch(row.last_at[0], row.last_at[1]) AS last_at,
     datetime.fromEpoch(row.recorded_at[0], row.recorded_at[1]) AS recorded_at
MERGE (u:User {tenant_id: row.tenant_id, user_id: row.user_id})
SET u.first_message_at = CASE WHEN u.first_message_at <= first_at THEN u.first_message_at ELSE first_at END,
    u.last_message_at = CASE WHEN u.last_message_at >= last_at THEN u.last_message_at ELSE last_at END,
    u.recorded_at = CASE WHEN u.recorded_at <= recorded_at THEN u.recorded_at ELSE recorded_at END
WITH u, row
MATCH (c:Conversation {tenant_id: row.tenant_id, conversation_id: row.conversation_id})
MERGE (u)-[:PARTICIPATED_IN]->(c)
