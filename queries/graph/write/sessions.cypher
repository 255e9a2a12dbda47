// Sessions and the conversations that they are part of.
// Parameters:
//   sessions (LIST OF MAP): tenant_id, session_id, conversation_id (STRING), first_at, last_at, recorded_at (LIST: seconds,
//     nanoseconds since 1970), one a node and conversation, in order
// Returns: nothing
UNWIND $sessions AS row
WITH row, datetime.fromEpoch(row.first_at[0], row.first_at[1]) AS first_at,
     datetime.fromEpoch(row.last_at[0], row.last_at[1]) AS last_at,
     datetime.fromEpoch(row.recorded_at[0], row.recorded_at[1]) AS recorded_at
MERGE (s:Session {tenant_id: row.tenant_id, session_id: row.session_id})
SET s.first_message_at = CASE WHEN s.first_message_at <= first_at THEN s.first_message_at ELSE first_at END,
    s.last_message_at = CASE WHEN s.last_message_at >= last_at THEN s.last_message_at ELSE last_at END,
    s.recorded_at = CASE WHEN s.recorded_at <= recorded_at THEN s.recorded_at ELSE recorded_at END
WITH s, row
MATCH (c:Conversation {tenant_id: row.tenant_id, conversation_id: row.conversation_id})
MERGE (s)-[:PART_OF]->(c)
