// What the relationships say and between which nodes.
// Parameters: none
// Returns: one row per relationship
//   type (STRING)
//   source, target (LIST): the ids that identify the node, null where it has none of that kind
//   properties (MAP)
MATCH (a:Entity|EntityVersion|Message|Session|User|Model)
      -[r]->(b:Entity|Message|Conversation|Session|User|Model|Provider)
RETURN type(r) AS type, properties(r) AS properties,
       [a.tenant_id, a.entity_id, a.version, a.message_id, a.session_id, a.user_id, a.model_id] AS source,
       [b.tenant_id, b.entity_id, b.message_id, b.conversation_id, b.session_id, b.user_id, b.model_id, b.provider_id]
         AS target
