// The notes that a check has written.
// Parameters:
//   run_id (STRING): which check
// Returns: one row per thing that a note is about
//   about, note_id (STRING)
MATCH (n:CourseNote {run_id: $run_id})
RETURN n.about AS about, n.note_id AS note_id
