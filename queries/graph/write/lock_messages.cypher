// Lock the messages that are there: links to them follow, and two writers that lock them in one order do not deadlock.
// Parameters:
//   message_ids (LIST OF STRING): ids, each once, in order
// Returns: nothing
UNWIND $message_ids AS message_id
MATCH (m:Message {message_id: message_id})
SET m.message_id = m.message_id
