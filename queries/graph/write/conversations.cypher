// Conversations that messages belong to; times are minimum and maximum, so order does not matter.
// Parameters:
//   conversations (LIST OF MAP): tenant_id, conversation_id (STRING), first_at, last_at, recorded_at (LIST: seconds,
//     nanoseconds since 1970), one a node, in order
// Returns: nothing
UNWIND $conversations AS row
WITH row, datetime.fromEpoch(row.first_at[0], row.first_at[1]) AS first_at,
     datetime.fromEpoch(row.last_at[0], row.last_at[1]) AS last_at,
     datetime.fromEpoch(row.recorded_at[0], row.recorded_at[1]) AS recorded_at
MERGE (c:Conversation {tenant_id: row.tenant_id, conversation_id: row.conversation_id})
SET c.first_message_at = CASE WHEN c.first_message_at <= first_at THEN c.first_message_at ELSE first_at END,
    c.last_message_at = CASE WHEN c.last_message_at >= last_at THEN c.last_message_at ELSE last_at END,
    c.recorded_at = CASE WHEN c.recorded_at <= recorded_at THEN c.recorded_at ELSE recorded_at END
