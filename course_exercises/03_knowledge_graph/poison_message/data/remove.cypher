// Remove a check's notes.
// Parameters:
//   run_id (STRING): which check
// Returns: nothing
MATCH (n:CourseNote {run_id: $run_id})
DELETE n
