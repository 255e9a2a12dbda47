// Write notes; a later one about the same thing replaces an earlier one.
// Parameters:
//   run_id (STRING): which check writes
//   notes (LIST OF MAP): note_id, about, written_at (STRING, RFC 3339), in order
// Returns: nothing
UNWIND $notes AS note
MERGE (n:CourseNote {run_id: $run_id, about: note.about})
SET n.note_id = note.note_id, n.written_at = datetime(note.written_at)
