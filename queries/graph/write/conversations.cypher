// Conversations that messages belong to; first and last are a minimum and a maximum, so order does not matter.
// Parameters:
//   conversations (LIST OF MAP): tenant_id, conversation_id (STRING), first_at, last_at (LIST: seconds, nanoseconds since
//     1970), one a node
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $conversations AS row
WITH row, datetime.fromEpoch(row.first_at[0], row.first_at[1]) AS first_at,
     datetime.fromEpoch(row.last_at[0], row.last_at[1]) AS last_at
MERGE (c:Conversation {tenant_id: row.tenant_id, conversation_id: row.conversation_id})
  ON CREATE SET c.recorded_at = $recorded_at
SET c.first_message_at = CASE WHEN c.first_message_at <= first_at THEN c.first_message_at ELSE first_at END,
    c.last_message_at = CASE WHEN c.last_message_at >= last_at THEN c.last_message_at ELSE last_at END
