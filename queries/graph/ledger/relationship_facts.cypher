// What the relationships say and between which nodes, without when it was recorded.
// Parameters: none
// Returns: one row per relationship
//   type (STRING)
//   source, target (LIST OF STRING): the ids that identify the node, null where it has none of that kind
//   properties (MAP): with recorded_at, which the reader leaves out
MATCH (a:Entity|Message|Session|User|Model)-[r]->(b:Entity|Message|Conversation|Session|User|Model|Provider)
RETURN type(r) AS type, properties(r) AS properties,
       [a.entity_id, a.message_id, a.tenant_id, a.session_id, a.user_id, a.model_id] AS source,
       [b.entity_id, b.message_id, b.tenant_id, b.conversation_id, b.session_id, b.user_id, b.model_id, b.provider_id] AS target
