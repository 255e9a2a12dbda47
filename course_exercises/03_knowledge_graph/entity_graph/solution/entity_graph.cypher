// The full entity graph of a conversation: one row per link that starts at one of its entities and that one of
// its messages states; an entity at which no such link starts has one row with nulls.
// Parameters:
//   conversation_id (STRING): which conversation
// Returns: each row once, in any order
//   from_name (STRING): an entity that a message of the conversation names
//   relationship_type (STRING): type of the link; NULL when no link starts there
//   to_name (STRING): the entity at the link's other end; NULL with it
//
// What is there:
//   (:Entity {name})-[:MENTIONED_IN]->(:Message {message_id})-[:IN_CONVERSATION]->(:Conversation {conversation_id})
//   (:Entity)-[link {relationship_type, message_id}]->(:Entity)   message_id: the message that states the link
//
// BEGIN SOLUTION: write the query; this line returns nothing
// STUB: RETURN null AS from_name, null AS relationship_type, null AS to_name LIMIT 0
MATCH (:Conversation {conversation_id: $conversation_id})<-[:IN_CONVERSATION]-(message:Message)
OPTIONAL MATCH (named:Entity)-[:MENTIONED_IN]->(message)
WITH collect(DISTINCT named) AS entities, collect(DISTINCT message.message_id) AS messages
UNWIND entities AS entity
OPTIONAL MATCH (entity)-[link]->(other:Entity)
WHERE link.message_id IN messages
RETURN DISTINCT entity.name AS from_name, link.relationship_type AS relationship_type, other.name AS to_name
// END SOLUTION
