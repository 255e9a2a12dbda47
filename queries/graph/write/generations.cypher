// Which model a message came from.
// Parameters:
//   generations (LIST OF MAP): message_id, model_id (STRING), valid_from, recorded_at (LIST: seconds, nanoseconds since
//     1970), in order
// Returns: nothing
UNWIND $generations AS row
MATCH (message:Message {message_id: row.message_id})
MATCH (model:Model {model_id: row.model_id})
MERGE (message)-[generated:GENERATED_BY]->(model)
  ON CREATE SET generated.valid_from = datetime.fromEpoch(row.valid_from[0], row.valid_from[1]),
                generated.recorded_at = datetime.fromEpoch(row.recorded_at[0], row.recorded_at[1])
