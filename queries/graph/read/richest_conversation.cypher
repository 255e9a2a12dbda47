// The conversation that names most different entities with some confidence: a mere capitalised word does not count.
// Parameters:
//   tenant_id (STRING): whose conversations
//   min_confidence (FLOAT): least confidence of a mention that counts, 0 to 1
// Returns: one row, or none when no message names an entity so surely
//   conversation_id (STRING)
//   entities (INTEGER): distinct entities named in it
MATCH (c:Conversation)
WHERE c.tenant_id = $tenant_id AND c.conversation_id IS NOT NULL
MATCH (c)<-[:IN_CONVERSATION]-(:Message)<-[mention:MENTIONED_IN]-(e:Entity)
WHERE e.deleted_at IS NULL AND mention.confidence >= $min_confidence
RETURN c.conversation_id AS conversation_id, count(DISTINCT e) AS entities
ORDER BY entities DESC, conversation_id
LIMIT 1
