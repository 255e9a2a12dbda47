// The sessions that speak of the same thing under two names: one row per pair of sessions.
// Parameters:
//   tenant_id (STRING): whose sessions
//   min_confidence (FLOAT): least score of a link SAME_AS, 0 to 1
// Returns: each pair once, session_a before session_b, in any order
//   session_a, session_b (STRING): ids, session_a < session_b
//   name_a, name_b (STRING): what each of them calls it
//
// What is there:
//   (:Entity {tenant_id, name})-[:MENTIONED_IN]->(:Message)-[:IN_SESSION]->(:Session {session_id})
//   (:Entity)-[:SAME_AS {confidence, valid_to, superseded_at}]->(:Entity)   confidence: the score of the link
// A link that was withdrawn has a valid_to or a superseded_at; one that holds has neither. Which of the two entities a
// SAME_AS starts from means nothing.
//
// TODO: write the query; this line returns nothing
RETURN null AS session_a, null AS session_b, null AS name_a, null AS name_b LIMIT 0
