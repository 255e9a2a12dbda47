// Which model a message came from.
// Parameters:
//   generations (LIST OF MAP): message_id, model_id (STRING), valid_from (ZONED DATETIME)
//   recorded_at (ZONED DATETIME): when this is written
// Returns: nothing
UNWIND $generations AS row
MATCH (message:Message {message_id: row.message_id})
MATCH (model:Model {model_id: row.model_id})
CREATE (message)-[:GENERATED_BY {valid_from: row.valid_from, recorded_at: $recorded_at}]->(model)
