// One node per message; its id is the id of its event.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT message_id IF NOT EXISTS
FOR (n:Message) REQUIRE n.message_id IS UNIQUE
